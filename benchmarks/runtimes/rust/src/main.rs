//! The figures of c.c, from Rust.
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};
use std::{env, fs};

use stauth::{App, Config};

const PROCESS_CPU: i32 = 2;

extern "C" {
    fn clock_gettime(clock: i32, time: &mut [i64; 2]) -> i32;
}

fn cpu() -> Duration {
    let mut time = [0; 2];
    assert!(unsafe { clock_gettime(PROCESS_CPU, &mut time) } == 0);
    Duration::new(time[0] as u64, time[1] as u32)
}

struct Nobody;

impl Wake for Nobody {
    fn wake(self: Arc<Self>) {}
}

/// Of a future that waits for nothing: the session is in a cookie.
fn ready<F: Future>(future: F, waker: &Waker) -> F::Output {
    match Box::pin(future).as_mut().poll(&mut Context::from_waker(waker)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn main() {
    let given: Vec<String> = env::args().skip(1).collect();
    let [turns, iterations] = [&given[1], &given[2]].map(|number| number.parse::<u32>().expect("a number"));
    let read = |name: &str| fs::read_to_string(format!("{}/{name}", given[0])).expect("an input");
    let app = App::new(Config::new().toml(read("secrets"))).expect("settings");
    let (cookie, lines) = (read("cookie"), read("headers"));
    let headers: Vec<(&str, &str)> = lines.lines().map(|line| line.split_once(": ").expect("a header")).collect();

    let waker = Waker::from(Arc::new(Nobody));
    let handle_request = || {
        let mut request = app.request("GET", "/report?id=3", headers.iter().copied()).expect("a request");
        request.set_client_address(Some("192.0.2.7")).expect("an address");
        assert!(ready(request.begin(), &waker).expect("the session"));
        assert!(request.user().is_logged_in());
        assert!(request.status().is_none() && !request.headers().is_empty());
    };
    let ask_who = || assert!(app.user_from_cookie(&cookie).expect("a user").is_logged_in());
    let call_twenty_times = || {
        for _ in 0..20 {
            assert!(unsafe { stauth_sys::st_version_number() } > 0);
        }
    };
    let cases: [(&str, &dyn Fn()); 3] = [
        ("request, Rust", &handle_request),
        ("cookie, Rust", &ask_who),
        ("20 foreign calls, Rust", &call_twenty_times),
    ];
    let shown = if given.len() > 3 { 1 } else { 3 };
    for turn in 0..=turns {
        for (name, call) in &cases[..shown] {
            let (used, begun) = (cpu(), Instant::now());
            (0..iterations).for_each(|_| call());
            let (seconds, wall) = ((cpu() - used).as_secs_f64(), begun.elapsed().as_secs_f64());
            if turn > 0 {
                let figures = format!(r#""iterations": {iterations}, "seconds": {seconds:.9}, "wall": {wall:.9}"#);
                println!(r#"{{"name": "{name}", {figures}}}"#);
            }
        }
    }
}
