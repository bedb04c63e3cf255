//! A site for hyper's server.

use std::convert::Infallible;
use std::fmt;
use std::future::{ready, Future, Ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use ::hyper::server::conn::AddrStream;
use ::hyper::service::Service;
use ::hyper::{Body, Request, Response};
use tower_layer::Layer;

use crate::exchange::BoxError;
use crate::tower::{AuthLayer, AuthService};
use crate::{App, Gate, Visit};

/// A program of one function, with a login: `Server::bind(&address).serve(Site::new(app, handler))`.
///
/// The handler gets the visit and the request. If it gives an error, the response is the library's page for it.
#[derive(Clone)]
pub struct Site<H> {
    layer: AuthLayer,
    handler: H,
}

impl<H> Site<H> {
    /// Everybody may see the pages, unless the settings have `require_login`.
    pub fn new<Page>(app: App, handler: H) -> Self
    where
        H: Fn(Visit, Request<Body>) -> Page + Clone + Send + 'static,
        Page: Future<Output = Result<Response<Body>, BoxError>> + Send + 'static,
    {
        Self { layer: AuthLayer::new(app), handler }
    }

    /// Only signed-in users may see the pages.
    pub fn require_login(self) -> Self {
        Self { layer: self.layer.require_login(), ..self }
    }

    /// The same, but for the open paths; see [`AuthLayer::gate`].
    pub fn gate(self, gate: Gate) -> Self {
        Self { layer: self.layer.gate(gate), ..self }
    }
}

impl<H> fmt::Debug for Site<H> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Site")
    }
}

impl<'a, H: Clone> Service<&'a AddrStream> for Site<H> {
    type Response = AuthService<Handler<H>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, connection: &'a AddrStream) -> Self::Future {
        let address = connection.remote_addr().ip();
        let layer = self.layer.clone().client_address(move |_| Some(address));
        ready(Ok(layer.layer(Handler(self.handler.clone()))))
    }
}

/// The program's function as a service.
#[derive(Clone)]
pub struct Handler<H>(H);

impl<H> fmt::Debug for Handler<H> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Handler")
    }
}

impl<H, Page> Service<Request<Body>> for Handler<H>
where
    H: Fn(Visit, Request<Body>) -> Page,
    Page: Future<Output = Result<Response<Body>, BoxError>> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let visit = match request.extensions().get::<Visit>() {
            Some(visit) => visit.clone(),
            None => return Box::pin(ready(Ok(Response::default()))), // only Site makes one, inside of an AuthService
        };
        let page = (self.0)(visit.clone(), request);
        Box::pin(async move {
            Ok(page.await.unwrap_or_else(|error| {
                visit.fail(&*error);
                Response::default()
            }))
        })
    }
}
