use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::client::connect::dns::Name;
use hyper::client::HttpConnector;
use hyper::service::Service;
use hyper::{body::HttpBody, Body, Client, Request};
use stauth::{BoxError, Exchange, Reply};

/// The library accepts no larger body.
const LONGEST_BODY: usize = 1024 * 1024;

/// Sends a request to a provider with hyper's client, within its time. For https, give the client a connector with TLS,
/// such as hyper-rustls, that trusts `exchange.ca_file`.
pub async fn send(exchange: Exchange) -> Result<Reply, BoxError> {
    let limit = exchange.timeout;
    tokio::time::timeout(limit, exchange_messages(exchange)).await?
}

async fn exchange_messages(exchange: Exchange) -> Result<Reply, BoxError> {
    let mut request = Request::builder().method(exchange.method.as_str()).uri(&exchange.url);
    for (name, value) in &exchange.headers {
        request = request.header(name, value);
    }
    let request = request.body(Body::from(exchange.body))?;
    if request.uri().scheme_str() != Some("http") || exchange.proxy.is_some() {
        return Err("this client has neither TLS nor proxies".into());
    }
    let resolver = Resolver { allows_loopback: exchange.allows_loopback };
    if let Some(Ok(address)) = request.uri().host().map(|host| host.trim_matches(&['[', ']'][..]).parse()) {
        resolver.check(address)?; // hyper resolves only names
    }
    let mut connector = HttpConnector::new_with_resolver(resolver);
    connector.set_connect_timeout(Some(exchange.connect_timeout));
    let mut response = Client::builder().build(connector).request(request).await?;
    let mut reply = Reply { status: response.status().as_u16(), ..Reply::default() };
    for (name, value) in response.headers() {
        reply.headers.push((name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    }
    while let Some(piece) = response.data().await {
        reply.body.extend_from_slice(&piece?);
        if reply.body.len() > LONGEST_BODY {
            return Err("the reply is too large".into());
        }
    }
    Ok(reply)
}

/// Resolves names, without addresses of this machine unless they are allowed.
#[derive(Clone)]
struct Resolver {
    allows_loopback: bool,
}

impl Resolver {
    fn check(&self, address: IpAddr) -> io::Result<()> {
        let mapped = |address: Ipv6Addr| address.to_ipv4_mapped().map_or(address.into(), IpAddr::from);
        let address = if let IpAddr::V6(address) = address { mapped(address) } else { address };
        if self.allows_loopback || !(address.is_loopback() || address.is_unspecified()) {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::PermissionDenied, "a loopback address is not allowed"))
    }

    fn resolve(&self, name: &Name) -> io::Result<std::vec::IntoIter<SocketAddr>> {
        let found: Vec<_> = (name.as_str(), 0).to_socket_addrs()?.collect();
        found.iter().try_for_each(|address| self.check(address.ip()))?;
        Ok(found.into_iter())
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolver = self.clone();
        Box::pin(async move { Ok(tokio::task::spawn_blocking(move || resolver.resolve(&name)).await??) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn exchange(url: &str) -> Exchange {
        let (method, timeout) = ("GET".to_owned(), Duration::from_secs(5));
        let (headers, body, proxy, ca_file) = (vec![], vec![], None, None);
        let (url, connect_timeout, allows_loopback) = (url.to_owned(), timeout, false);
        Exchange { method, url, headers, body, timeout, connect_timeout, proxy, ca_file, allows_loopback }
    }

    #[tokio::test]
    async fn loopback_addresses() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"] {
            let error = send(exchange(&format!("http://{}:{}/", host, port))).await.unwrap_err();
            let mut cause: Option<&dyn std::error::Error> = Some(&*error);
            let is_refusal = |cause: &dyn std::error::Error| cause.to_string().contains("a loopback address");
            while !cause.map_or(true, is_refusal) {
                cause = cause.and_then(|cause| cause.source());
            }
            assert!(cause.is_some(), "{}: {:?}", host, error);
        }
        assert!(send(exchange("https://localhost/")).await.unwrap_err().to_string().contains("TLS"));
    }
}
