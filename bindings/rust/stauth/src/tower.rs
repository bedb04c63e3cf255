//! A layer for tower, and for all that builds on it, such as axum: it answers the library's own paths, and lends a
//! [`Visit`] to the handlers, among the extensions of their request.

use std::convert::TryFrom;
use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Extensions, Request, Response, StatusCode};
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use crate::error::{Error, ErrorKind, Result};
use crate::{App, Gate, Visit, LONGEST_BODY};

pub use crate::page_body::PageBody;

type Addresses = Arc<dyn Fn(&Extensions) -> Option<IpAddr> + Send + Sync>;

/// Adds the login to a service. Wrap the whole program, outside of anything that changes the path.
#[derive(Clone)]
pub struct AuthLayer {
    app: App,
    door: Door,
    address: Addresses,
}

/// Who may see the pages of the program.
#[derive(Clone)]
enum Door {
    AsTheSettingsSay,
    Closed,
    Gated(Gate),
}

impl AuthLayer {
    /// Everybody may see the pages, unless the settings have `require_login`.
    pub fn new(app: App) -> Self {
        Self { app, door: Door::AsTheSettingsSay, address: Arc::new(|_| None) }
    }

    /// Only signed-in users may see the pages.
    pub fn require_login(self) -> Self {
        Self { door: Door::Closed, ..self }
    }

    /// The same, but for the open paths. A path with percent-encoding is open only if its beginning is plain: programs may
    /// decode paths before they route by them, or not.
    pub fn gate(self, gate: Gate) -> Self {
        Self { door: Door::Gated(gate), ..self }
    }

    /// Finds the browser's IP address, which the server has put among the extensions, for the log.
    pub fn client_address(self, address: impl Fn(&Extensions) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        Self { address: Arc::new(address), ..self }
    }

    /// Makes the request, and begins it. The body is gone if the library has read it.
    async fn begin<B: Body>(&self, request: Request<B>) -> Result<Begun<B>> {
        let (mut parts, body) = request.into_parts();
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let headers = parts.headers.iter().map(|(name, value)| (name, value.as_bytes()));
        let mut request = self.app.request(parts.method.as_str(), target, headers)?;
        let address = (self.address)(&parts.extensions).map(|address| address.to_string());
        request.set_client_address(address.as_deref())?;
        let paths = paths_of(parts.uri.path());
        if self.app.requires_login() && paths.len() > 1 {
            paths.iter().try_for_each(|path| request.add_route(path))?;
        }
        let mut body = Some(body);
        if request.wants_body() {
            if let Some(body) = body.take() {
                request.set_body(&read(body).await?)?;
            }
        }
        let mut may_see = request.begin().await?;
        match &self.door {
            Door::AsTheSettingsSay => (),
            Door::Closed => may_see = may_see && request.require_login().await?,
            Door::Gated(gate) => {
                for path in paths {
                    may_see = may_see && request.require_login_at(gate, &path).await?;
                }
            }
        }
        let visit = Visit::new(request);
        parts.extensions.insert(visit.clone());
        let page = body.filter(|_| may_see).map(|body| Request::from_parts(parts, body));
        Ok(Begun { visit, page })
    }

    /// The library's page for an error, where there is not even a request.
    fn failed<R>(&self, error: &Error) -> Response<PageBody<R>> {
        let nothing = std::iter::empty::<(&str, &str)>();
        match self.app.request("GET", "/", nothing).map(Visit::new) {
            Ok(visit) => {
                visit.fail(error);
                answer(&visit, None)
            }
            Err(_) => plain(),
        }
    }
}

struct Begun<B> {
    visit: Visit,
    /// For the program; None if the library has answered.
    page: Option<Request<B>>,
}

impl fmt::Debug for AuthLayer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AuthLayer")
    }
}

impl<S> Layer<S> for AuthLayer {
    type Service = AuthService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthService { layer: self.clone(), inner }
    }
}

/// A service with a login.
#[derive(Clone, Debug)]
pub struct AuthService<S> {
    layer: AuthLayer,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for AuthService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Send,
    R: Body<Data = Bytes> + Send + 'static,
{
    type Response = Response<PageBody<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let unready = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, unready); // the one that poll_ready() has made ready
        let layer = self.layer.clone();
        Box::pin(async move {
            let begun = match layer.begin(request).await {
                Ok(begun) => begun,
                Err(error) => return Ok(layer.failed(&error)),
            };
            let page = match begun.page {
                Some(request) => Some(inner.call(request).await?),
                None => None,
            };
            Ok(answer(&begun.visit, page))
        })
    }
}

/// Ends the visit: the program's page with the library's headers, or the library's in its place.
fn answer<R>(visit: &Visit, page: Option<Response<R>>) -> Response<PageBody<R>> {
    let request = match visit.end() {
        Some(request) if request.is_live() => request,
        _ => return plain(), // without the library's headers, caches may give a user's page to others
    };
    let (mut parts, body) = match (request.status(), page) {
        (None, Some(page)) => {
            let (parts, body) = page.into_parts();
            (parts, PageBody::of_the_program(body))
        }
        (Some(status), _) => {
            let (mut parts, ()) = Response::new(()).into_parts();
            parts.status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (parts, PageBody::of_the_library(Bytes::copy_from_slice(request.body())))
        }
        (None, None) => return plain(),
    };
    add(&mut parts.headers, request.headers());
    Response::from_parts(parts, body)
}

fn add(headers: &mut HeaderMap, more: Vec<(&str, &[u8])>) {
    for (name, value) in more {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
}

/// Where the library has no page either, for instance because a task of the program is still in a call with it.
fn plain<R>() -> Response<PageBody<R>> {
    let mut response = Response::new(PageBody::of_the_library(Bytes::from_static(b"internal_error\n")));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// At most a byte more than the library accepts, so that it refuses what is too long.
async fn read<B: Body>(body: B) -> Result<Vec<u8>> {
    let mut body = Box::pin(body);
    let mut found = Vec::new();
    while let Some(piece) = body.data().await {
        let incomplete =
            |_| Error::new(ErrorKind::InvalidArgument, "request_incomplete", 400, "the body did not arrive");
        let mut piece = piece.map_err(incomplete)?;
        let length = piece.remaining().min(LONGEST_BODY + 1 - found.len());
        found.extend_from_slice(&piece.copy_to_bytes(length));
        if found.len() > LONGEST_BODY {
            break;
        }
    }
    Ok(found)
}

/// The path decoded once, and what stands for it as it was received: programs in Rust route by that, and the library would
/// decode it. So "/he%61lth" is not "/health", but "/static/a%20b" is in "/static/".
fn paths_of(received: &str) -> Vec<Vec<u8>> {
    let mut decoded = Vec::with_capacity(received.len());
    let mut rest = received.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits =
            if *first == b'%' { tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()) } else { None };
        let value = digits.filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match value.and_then(|text| u8::from_str_radix(text, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                decoded.push(*first);
                rest = tail;
            }
        }
    }
    let mut paths = vec![decoded];
    if received.contains('%') {
        paths.push(received.replace('%', "_").into_bytes());
    }
    paths
}
