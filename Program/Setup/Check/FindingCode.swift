/// What a finding is about: stable, for programs. docs/program.md lists them all, with what they mean; a test compares.
enum FindingCode: String, CaseIterable {
    // As it should be.
    case settings
    case provider
    case client
    case clock
    case redirectURI = "redirect_uri"
    case redirectURIRegistered = "redirect_uri_registered"
    case sessionStore = "session_store"
    case headerBudget = "header_budget"
    // The file, and the site.
    case fileMissing = "file_missing"
    case fileReadableByOthers = "file_readable_by_others"
    case fileWritableByOthers = "file_writable_by_others"
    case configurationInvalid = "configuration_invalid"
    case redirectURIHostUnknown = "redirect_uri_host_unknown"
    case siteNotRunning = "site_not_running"
    case siteCertificateRefused = "site_certificate_refused"
    case siteFailing = "site_failing"
    case callbackNotServed = "callback_not_served"
    case callbackRedirects = "callback_redirects"
    case callbackAnsweredByOther = "callback_answered_by_other"
    // The provider's servers, and its metadata.
    case certificateExpired = "certificate_expired"
    case certificateNotYetValid = "certificate_not_yet_valid"
    case certificateNameMismatch = "certificate_name_mismatch"
    case certificateSelfSigned = "certificate_self_signed"
    case certificateChainShort = "certificate_chain_short"
    case certificateExpiresSoon = "certificate_expires_soon"
    case clockWrong = "clock_wrong"
    case keysUnusable = "keys_unusable"
    case responseTypeNotListed = "response_type_not_listed"
    case algorithmNotListed = "algorithm_not_listed"
    case clientAuthenticationNotListed = "client_authentication_not_listed"
    case userinfoEndpointMissing = "userinfo_endpoint_missing"
    case pushedEndpointMissing = "pushed_endpoint_missing"
    case responseIssuerNotSent = "response_issuer_not_sent"
    case responseModeNotListed = "response_mode_not_listed"
    case promptNotListed = "prompt_not_listed"
    case scopeNotListed = "scope_not_listed"
    case claimNotListed = "claim_not_listed"
    case acrNotListed = "acr_not_listed"
    case encryptionNotListed = "encryption_not_listed"
    case dpopNotListed = "dpop_not_listed"
    case introspectionEndpointMissing = "introspection_endpoint_missing"
    case refreshScopeMissing = "refresh_scope_missing"
    case endSessionEndpointMissing = "end_session_endpoint_missing"
    case pkceOmitted = "pkce_omitted"
    case redirectURIShared = "redirect_uri_shared"
    // What the provider says to the client.
    case clientRefused = "client_refused"
    case clientNotConfirmed = "client_not_confirmed"
    case authorizationRequestRefused = "authorization_request_refused"
    case authorizationRequestNotJudged = "authorization_request_not_judged"
    case authorizationRefused = "authorization_refused"
    case redirectURINotConfirmed = "redirect_uri_not_confirmed"
    // Sessions.
    case headerBudgetExceeded = "header_budget_exceeded"
    case cookieNotEncrypted = "cookie_not_encrypted"
    case storeInMemory = "store_in_memory"
    case storeSlow = "store_slow"
}
