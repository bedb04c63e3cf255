//! A site with a login on hyper. Start: STAUTH_SECRETS=secrets.toml PORT=8501 cargo run
//!
//! With GUESTBOOK_CLIENT=hyper, hyper's client sends the requests to providers, too, and no thread ever blocks.

mod client;
mod pages;

use std::net::SocketAddr;

use hyper::Server;
use stauth::hyper::Site;
use stauth::{App, BoxError, Config};

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let port = std::env::var("PORT")?.parse()?;
    let mut config = Config::new();
    if std::env::var_os("GUESTBOOK_CLIENT").is_some() {
        config = config.client(client::send);
    }
    let app = App::new(config)?;
    let pages = pages::Pages::new(&app);
    let site = Site::new(app, move |visit, request| pages.clone().answer(visit, request));
    let server = Server::try_bind(&SocketAddr::from(([127, 0, 0, 1], port)))?.serve(site);
    println!("http://{}", server.local_addr());
    Ok(server.await?)
}
