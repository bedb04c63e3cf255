import Hummingbird
import Stauth
import StauthNIO

/// A site with a login on Hummingbird. Start: STAUTH_SECRETS=secrets.toml PORT=8501 swift run
@main
enum Guestbook {
    static func main() async throws {
        let port = Environment().get("PORT", as: Int.self) ?? 8501
        let site = makeSite(try App(.nio))
        try await Application(router: site, configuration: .init(address: .hostname("127.0.0.1", port: port)))
            .runService()
    }
}
