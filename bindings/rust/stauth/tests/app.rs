//! Applications: settings, cookies, numbers, and the functions of the program's that the library calls.
mod common;

use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{assert_failure, settings, ADA};
use stauth::testing::TestApp;
use stauth::{wait, App, Config, ErrorKind, Level, Reply, Request, User, Visit};

#[test]
fn configuration_error_lists_all_problems() {
    let outcome = App::new(Config::new().toml("[auth]\nredirect_uri = 'x'\nclient_idd = 'y'\n"));
    let error = assert_failure(outcome, ErrorKind::Configuration, "configuration_invalid");
    assert!(error.message().contains("redirect_uri") && error.message().contains("client_idd"), "{}", error);
    assert_eq!((error.http_status(), error.provider_code()), (500, None));
}

#[test]
fn file_of_the_environment() {
    let file = std::env::temp_dir().join(format!("stauth-{}.toml", std::process::id()));
    std::env::set_var("STAUTH_SECRETS", &file);
    assert_failure(App::new(Config::new()), ErrorKind::Configuration, "configuration_invalid");
    let text = "[auth]\nredirect_uri = 'http://localhost:1/in'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n\
        client_id = 'x'\nclient_secret = 'y'\nserver_metadata_url = 'http://localhost:2/.well-known/openid-configuration'\n";
    std::fs::write(&file, text).unwrap();
    let app = App::new(Config::new()).unwrap();
    let same = App::new(Config::new().file(&file)).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(app.callback_paths(), ["/in"]);
    assert_eq!((same.login_path(), same.logout_path()), ("/auth/login".to_owned(), "/auth/logout".to_owned()));
    assert!(!app.requires_login());
    assert!(App::new(settings().set("auth.require_login", "true")).unwrap().requires_login());
}

#[test]
fn nul_in_settings() {
    for config in [Config::new().file("a\0b"), Config::new().set("auth.\0", "x"), Config::new().set("auth.x", "a\0b")] {
        assert_failure(App::new(config), ErrorKind::InvalidArgument, "invalid_text");
    }
    assert_eq!(App::new(Config::new().toml("[auth]\0")).unwrap_err().kind(), ErrorKind::Configuration);
}

#[test]
fn user_from_cookie() {
    let auth = TestApp::new(&[]).unwrap();
    let user = auth.app().user_from_cookie(auth.sign_in(ADA).unwrap()).unwrap();
    assert!(user.is_logged_in() && user.json().contains(r#""email":"ada@example.org""#), "{}", user.json());
    for cookie in [&b""[..], b"a=b", b"stauth_session=\0\xff"] {
        let user = auth.app().user_from_cookie(cookie).unwrap();
        assert_eq!((user.is_logged_in(), &user), (false, &User::default()));
    }
    let huge = auth.app().user_from_cookie("x".repeat(70_000));
    assert_failure(huge, ErrorKind::LimitExceeded, "too_large");
}

#[test]
fn cookie_of_another_app() {
    let (auth, other) = (TestApp::new(&[]).unwrap(), TestApp::new(&[]).unwrap());
    let cookie = auth.sign_in("{}").unwrap();
    assert!(auth.app().user_from_cookie(&cookie).unwrap().is_logged_in());
    assert!(!other.app().user_from_cookie(&cookie).unwrap().is_logged_in());
    let named = TestApp::new(&[("auth.cookie_prefix", "mine")]).unwrap();
    assert!(named.sign_in("{}").unwrap().starts_with("mine_session="));
}

#[test]
fn numbers_for_monitoring() {
    let auth = TestApp::new(&[]).unwrap();
    auth.sign_in(ADA).unwrap();
    let json = auth.app().stats_json().unwrap();
    assert!(json.contains(r#"{"event":"login_succeeded","provider":"default","count":1}"#), "{}", json);
    let text = auth.app().stats_prometheus().unwrap();
    assert!(
        text.contains("stauth_events_total{event=\"login_succeeded\",provider=\"default\",code=\"\"} 1\n"),
        "{}",
        text
    );
}

#[test]
fn numbers_that_need_a_larger_buffer() {
    let mut toml =
        "[auth]\nredirect_uri = 'http://localhost/cb'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n".to_owned();
    for number in 0..100 {
        let client = "client_id = 'c'\nclient_secret = 's-0123456789-abcdefghijklmnop'\n\
            server_metadata_url = 'https://op.example/.well-known/openid-configuration'";
        writeln!(toml, "[auth.p{}]\n{}", number, client).unwrap();
    }
    let text = App::new(Config::new().toml(toml)).unwrap().stats_prometheus().unwrap();
    assert!(text.len() > 64 * 1024 && text.matches("_count{").count() == 100, "{}", text.len());
}

#[test]
fn users_are_not_printed() {
    let auth = TestApp::new(&[("auth.expose_tokens", "access")]).unwrap();
    let user = auth.app().user_from_cookie(auth.sign_in(ADA).unwrap()).unwrap();
    let mut request = common::begin(&auth, Some(ADA));
    let token = wait(request.access_token()).unwrap();
    assert_eq!(format!("{:?} {:?} {:?}", user, User::default(), token), "<User signed in> <User nobody> <AccessToken>");
    assert!(!token.secret().is_empty());
}

/// Holds on to a counter until it is released.
struct Kept(Arc<AtomicUsize>);

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn functions_are_released() {
    let released = Arc::new(AtomicUsize::new(0));
    let config = || {
        let (log, transport) = (Kept(released.clone()), Kept(released.clone()));
        let answer = move |_| {
            let _ = &transport;
            Err("down".into())
        };
        let write = move |_, _: &str| {
            let _ = &log;
        };
        settings().transport(answer).log(write)
    };
    let app = App::new(config()).unwrap();
    let request = app.request("GET", "/", [("Host", "x")]).unwrap();
    drop(app);
    assert_eq!(released.load(Ordering::SeqCst), 0);
    drop(request);
    assert_eq!(released.load(Ordering::SeqCst), 2);
    App::new(config().set("auth.client_idd", "x")).unwrap_err();
    assert_eq!(released.load(Ordering::SeqCst), 4);
}

/// What panics, even when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        std::panic::panic_any("a destructor");
    }
}

#[test]
fn functions_that_panic() {
    let bomb = Bomb;
    let config = settings().log(|_, _| std::panic::panic_any(Bomb)).transport(move |_| {
        let _ = &bomb;
        panic!("transport")
    });
    let app = App::new(config).unwrap();
    assert_eq!(wait(app.preload()).unwrap_err().kind(), ErrorKind::Network);
    let mut request = app.request("GET", "/oauth2callback?code=x&state=y", [("Host", "localhost:8501")]).unwrap();
    assert!(!wait(request.begin()).unwrap());
    assert_eq!(request.error().unwrap().code(), "state_mismatch");
}

#[test]
fn replies_that_are_refused() {
    let nul = || vec![("Content-Type".to_owned(), "a\0b".to_owned())];
    let replies: [fn() -> Reply; 2] = [
        || Reply { status: 0, ..Reply::default() },
        || Reply { status: 200, body: vec![0; 2 << 20], ..Reply::default() },
    ];
    for reply in replies {
        let app = App::new(settings().transport(move |_| Ok(reply()))).unwrap();
        assert!(matches!(wait(app.preload()).unwrap_err().kind(), ErrorKind::Network | ErrorKind::Provider));
    }
    let app =
        App::new(settings().transport(move |_| Ok(Reply { status: 200, headers: nul(), ..Reply::default() }))).unwrap();
    assert_eq!(wait(app.preload()).unwrap_err().kind(), ErrorKind::Network);
}

#[test]
fn exchange_carries_the_settings() {
    let seen = Arc::new(Mutex::new(None));
    let copy = seen.clone();
    let config = settings().set("auth.timeout", "7s").set("auth.http_proxy", "http://127.0.0.1:3128");
    let app = App::new(config.transport(move |exchange| {
        *copy.lock().unwrap() = Some(exchange);
        Err("down".into())
    }));
    assert_eq!(wait(app.unwrap().preload()).unwrap_err().kind(), ErrorKind::Network);
    let exchange = seen.lock().unwrap().take().unwrap();
    assert_eq!((&*exchange.method, &*exchange.url), ("GET", "https://provider.test/.well-known/openid-configuration"));
    assert!(exchange.headers.iter().any(|(name, value)| name == "Accept" && !value.is_empty()));
    assert_eq!((exchange.timeout, exchange.proxy.as_deref()), (Duration::from_secs(7), Some("http://127.0.0.1:3128")));
    assert!(exchange.connect_timeout > Duration::ZERO && exchange.body.is_empty());
    assert_eq!((exchange.ca_file.as_deref(), exchange.allows_loopback), (None, false));
    assert_eq!(format!("{:?}", exchange), "Exchange");
}

#[test]
fn events_have_levels() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let copy = lines.clone();
    let config = settings().log(move |level, line| copy.lock().unwrap().push((level, line.to_owned())));
    let app = App::new(config).unwrap();
    let mut request = app.request("GET", "/oauth2callback?code=x&state=y", [("Host", "localhost:8501")]).unwrap();
    wait(request.begin()).unwrap();
    let lines = lines.lock().unwrap();
    let refused = lines.iter().find(|(_, line)| line.contains("event=login_refused")).unwrap();
    assert_eq!((refused.0, Level::Info < Level::Warning, Level::Warning < Level::Error), (Level::Warning, true, true));
}

/// What the header permits to threads: applications and gates are shared, requests move.
#[test]
fn threads_may_have_them() {
    fn shared<Value: Send + Sync>() {}
    fn moved<Value: Send>() {}
    shared::<(App, stauth::Gate, Visit, User, stauth::Error)>();
    moved::<Request>();

    trait UnlessSync<Which> {
        fn exists() {}
    }
    struct Shareable;
    impl<Value: ?Sized> UnlessSync<()> for Value {}
    impl<Value: ?Sized + Sync> UnlessSync<Shareable> for Value {}
    <Request as UnlessSync<_>>::exists(); // does not compile if two threads may use one request at once
}
