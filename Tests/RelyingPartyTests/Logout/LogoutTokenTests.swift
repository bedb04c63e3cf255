import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logout tokens that end nothing (OpenID Connect Back-Channel Logout 1.0, 2.6).
@Suite struct LogoutTokenTests {
    let backchannel: BackchannelSite
    var site: Site { backchannel.site }

    init() throws {
        backchannel = BackchannelSite(try Site())
        try site.warmUp()
    }

    private static let edits: [(String, @Sendable (inout TestToken) -> Void)] = [
        ("no iss", { $0.claims["iss"] = nil }), ("other iss", { $0.claims["iss"] = "https://evil.example.com" }),
        ("iss of another provider", { $0.claims["iss"] = "https://work.example.com/realms/a" }),
        ("no aud", { $0.claims["aud"] = nil }), ("other aud", { $0.claims["aud"] = "work-client" }),
        ("aud of others too", { $0.claims["aud"] = ["google-client", "other"] }),
        ("no iat", { $0.claims["iat"] = nil }), ("iat as text", { $0.claims["iat"] = "1" }),
        ("old", { $0.claims["iat"] = .integer(($0.claims["iat"]?.seconds ?? 0) - 600) }),
        ("from the future", { $0.claims["iat"] = .integer(($0.claims["iat"]?.seconds ?? 0) + 61) }),
        ("expired", { $0.claims["exp"] = .integer(($0.claims["iat"]?.seconds ?? 0) - 60) }),
        ("exp as text", { $0.claims["exp"] = "never" }),
        ("no jti", { $0.claims["jti"] = nil }), ("empty jti", { $0.claims["jti"] = "" }),
        ("jti as number", { $0.claims["jti"] = 1 }),
        ("no events", { $0.claims["events"] = nil }), ("events as list", { $0.claims["events"] = [] }),
        ("events as text", { $0.claims["events"] = "http://schemas.openid.net/event/backchannel-logout" }),
        (
            "no event",
            { $0.claims["events"] = .object(["http://schemas.openid.net/event/other": .object(JSONObject())]) }
        ),
        (
            "event as text",
            { $0.claims["events"] = .object(["http://schemas.openid.net/event/backchannel-logout": "yes"]) }
        ),
        (
            "event as null",
            { $0.claims["events"] = .object(["http://schemas.openid.net/event/backchannel-logout": .null]) }
        ),
        ("nonce", { $0.claims["nonce"] = "n" }), ("null nonce", { $0.claims["nonce"] = .null }),
        ("neither sid nor sub", { ($0.claims["sid"], $0.claims["sub"]) = (nil, nil) }),
        ("sid as number", { $0.claims["sid"] = 1 }), ("empty sid", { $0.claims["sid"] = "" }),
        ("sub as list", { $0.claims["sub"] = ["user-1"] }), ("null sub", { $0.claims["sub"] = .null }),
        ("type of an access token", { $0.header["typ"] = "at+jwt" }),
        ("type of a security event", { $0.header["typ"] = "secevent+jwt" }),
        ("alg none", { $0.header["alg"] = "none" }), ("alg HS256", { $0.header["alg"] = "HS256" }),
        ("alg not listed", { $0.header["alg"] = "RS512" }), ("crit", { $0.header["crit"] = ["exp"] }),
    ]

    @Test(arguments: edits.map(\.0)) func badToken(what: String) throws {
        let browser = try backchannel.signedIn(sid: "s1")
        let edit = try #require(Self.edits.first { $0.0 == what }?.1)
        backchannel.expectRefused(try backchannel.send(sid: "s1", sub: "user-1", edit))
        #expect(site.events == ["backchannel_logout_refused"])
        #expect(try browser.get("/").isLoggedIn)
        #expect(site.google.count(.jwkSet) == 1, "nothing is fetched for it")
        // A bad token uses nothing up: the good one still counts.
        backchannel.expectDone(try backchannel.send(sid: "s1") { $0.claims["jti"] = "jti-1" })
        #expect(try !browser.get("/").isLoggedIn)
    }

    /// Signed by somebody else, under a known and an unknown name; changed afterwards; an ID token in its place.
    @Test func badSignature() throws {
        let browser = try backchannel.signedIn(sid: "s1")
        let token = site.google.logoutToken(sid: "s1")
        backchannel.expectRefused(try backchannel.send(token.signed(with: .newerRSA)), "logout_token_signature_invalid")
        var unknown = token
        unknown.header["kid"] = "unknown"
        backchannel.expectRefused(try backchannel.send(unknown.signed(with: .newerRSA)), "logout_token_key_unknown")
        let good = token.signed(with: .rsa)
        backchannel.expectRefused(
            try backchannel.send(Text(good.string.dropLast(6) + "AAAAAA")), "logout_token_signature_invalid")
        backchannel.expectRefused(try backchannel.send(try #require(site.google.secrets.dropLast().last)))
        for text in ["", "x", "a.b.c", Text(good.string + ".x"), "..", "{}"] as [Text] {
            backchannel.expectRefused(try backchannel.send(text))
        }
        #expect(try browser.get("/").isLoggedIn)
        backchannel.expectDone(try backchannel.send(good))
    }

    /// A flood of them: one request for keys a minute.
    @Test func floodOfBadSignatures() throws {
        for number in 0..<20 {
            let answer = try backchannel.send(sid: "s1") { $0.header["kid"] = .string(Text("unknown-\(number)")) }
            backchannel.expectRefused(answer, "logout_token_key_unknown")
        }
        #expect(site.google.count(.jwkSet) == 2 && site.google.count(.metadata) == 1)
    }

    @Test func keysHaveChanged() throws {
        let browser = try backchannel.signedIn(sid: "s1")
        (site.google.keys, site.google.signingKey) = ([.newerRSA], .newerRSA)
        backchannel.expectDone(try backchannel.send(sid: "s1"))
        #expect(site.google.count(.jwkSet) == 2)
        #expect(try !browser.get("/").isLoggedIn)
    }

    @Test func replay() throws {
        let token = site.google.logoutToken(sub: "user-1").signed(with: .rsa)
        backchannel.expectDone(try backchannel.send(token))
        site.clock.advance(1)
        let browser = try backchannel.signedIn()
        backchannel.expectRefused(try backchannel.send(token), "logout_token_replayed")
        #expect(try browser.get("/").isLoggedIn)
        // Until it is too old.
        site.clock.advance(58 + 120)
        backchannel.expectRefused(try backchannel.send(token), "logout_token_replayed")
        site.clock.advance(1)
        backchannel.expectRefused(try backchannel.send(token))
    }
}
