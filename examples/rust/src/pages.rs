use hyper::header::CONTENT_TYPE;
use hyper::{Body, Method, Request, Response};
use stauth::{App, BoxError, Visit};

/// The pages of the site.
#[derive(Clone)]
pub struct Pages {
    login_path: String,
    logout_path: String,
}

impl Pages {
    pub fn new(app: &App) -> Self {
        Self { login_path: app.login_path(), logout_path: app.logout_path() }
    }

    /// If `?` gives an error, the response is the library's page for it.
    pub async fn answer(self, visit: Visit, request: Request<Body>) -> Result<Response<Body>, BoxError> {
        match (request.method(), request.uri().path()) {
            (_, "/user.json") => return Ok(page("application/json", visit.user().json().to_owned())),
            (_, "/members") => {
                if visit.require_login().await? {
                    let name = visit.claim("name").unwrap_or_else(|| "member".to_owned());
                    return Ok(page("text/plain; charset=utf-8", format!("Welcome, {}", name)));
                }
            }
            (_, "/login") => visit.login(parameter(&request, "provider").as_deref()).await?,
            (&Method::POST, "/logout") => visit.logout()?,
            _ => return Ok(page("text/html; charset=utf-8", self.front(&visit))),
        }
        Ok(Response::default()) // the library's takes its place
    }

    fn front(&self, visit: &Visit) -> String {
        let claim = |name| escaped(&visit.claim(name).unwrap_or_default());
        let (account, text) = if visit.is_logged_in() {
            let button = r#"<button class="button">Log out</button>"#;
            let form = format!(r#"<form method="post" action="{}">{}</form>"#, self.logout_path, button);
            let text = format!("<p>To {} you are {}, {}.</p>", claim("iss"), claim("sub"), claim("name"));
            (format!("<span>{}</span>{}", claim("email"), form), text)
        } else {
            let link = format!(r#"<a class="button" href="{}">Log in</a>"#, self.login_path);
            (link, "<p>Log in, and this page knows your name.</p>".to_owned())
        };
        include_str!("page.html").replace("{account}", &account).replace("{text}", &text)
    }
}

fn page(kind: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(text.into());
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A parameter of the query, decoded.
fn parameter(request: &Request<Body>, wanted: &str) -> Option<String> {
    let pairs = request.uri().query()?.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.into_iter().find(|(name, _)| *name == wanted)?.1.replace('+', " ");
    let mut pieces = value.split('%');
    let mut decoded = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        decoded.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
        decoded.extend_from_slice(piece.get(2..)?.as_bytes());
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::service::Service;
    use hyper::{body, Server, StatusCode};
    use stauth::hyper::Site;
    use stauth::testing::TestApp;

    /// What a browser gets for this path.
    async fn open(auth: &TestApp, path: &str, cookie: Option<&str>) -> (StatusCode, String) {
        let pages = Pages::new(&auth.app());
        let site = Site::new(auth.app(), move |visit, request| pages.clone().answer(visit, request));
        let server = Server::bind(&([127, 0, 0, 1], 0).into()).serve(site);
        let address = server.local_addr();
        let running = tokio::spawn(server);
        let mut request = Request::get(format!("http://{}{}", address, path)).header("Host", "localhost:8501");
        request = request.header("Accept", "text/html");
        if let Some(cookie) = cookie {
            request = request.header("Cookie", cookie);
        }
        let answer = hyper::Client::new().call(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = answer.status();
        let text = String::from_utf8(body::to_bytes(answer).await.unwrap().to_vec()).unwrap();
        running.abort();
        (status, text)
    }

    #[tokio::test]
    async fn front_page() {
        let auth = TestApp::new(&[]).unwrap();
        let (status, text) = open(&auth, "/", None).await;
        assert!(status == 200 && text.contains("Log in") && !text.contains("Log out"), "{}", text);
        let cookie = auth.sign_in(r#"{"email": "ada@example.org", "name": "<Ada>"}"#).unwrap();
        let (_, text) = open(&auth, "/", Some(&cookie)).await;
        assert!(text.contains("ada@example.org") && text.contains("&lt;Ada&gt;"), "{}", text);
    }

    #[tokio::test]
    async fn members() {
        let auth = TestApp::new(&[]).unwrap();
        assert_eq!(open(&auth, "/members", None).await.0, 302);
        let cookie = auth.sign_in(r#"{"name": "Ada"}"#).unwrap();
        assert_eq!(open(&auth, "/members", Some(&cookie)).await.1, "Welcome, Ada");
    }

    #[tokio::test]
    async fn provider_that_does_not_exist() {
        let auth = TestApp::new(&[]).unwrap();
        let (status, text) = open(&auth, "/login?provider=no%62ody", None).await;
        assert!(status == 404 && text.contains("provider_unknown"), "{} {}", status, text);
    }
}
