import stauth from "./index.js";

export const {
  App, Request, User, AccessToken, middleware, handler, fastifyPlugin, fetchHandler, koaMiddleware, StauthError,
  InvalidArgument, ConfigurationError, NetworkError, ProviderError, AuthorizationDenied, TokenInvalid, LoginInvalid,
  RequestRefused, LimitExceeded, NoRequest, CryptographyError, InternalError, LibraryNotFound,
} = stauth;
export default stauth;
