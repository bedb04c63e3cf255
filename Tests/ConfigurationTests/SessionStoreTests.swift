import Basics
import Configuration
import Settings
import Testing

/// session_store, and the keys that depend on it.
@Suite struct SessionStoreTests {
    private static let redis = Sample.complete + "session_store = \"redis\"\n"

    private func redis(_ lines: String) throws -> RedisSettings {
        guard case .redis(let redis) = try settings(Self.redis + lines).store else {
            throw Failure(.internalError, "not Redis")
        }
        return redis
    }

    @Test func cookiesByDefault() throws {
        for lines in ["", "session_store = \"cookie\""] {
            let settings = try settings(Sample.complete + lines)
            guard case .cookie = settings.store else {
                Issue.record("\(settings.store)")
                continue
            }
            #expect(!settings.fallsBackToCookies && settings.storeTimeout == 200)
        }
    }

    @Test(
        arguments: [
            ("rediss://redis.example.com", ["https://redis.example.com:6379"], nil, nil, 0),
            ("rediss://redis.example.com:7000/3", ["https://redis.example.com:7000"], nil, nil, 3),
            (
                "rediss://stauth:p%40ss%2F:word@redis.example.com/", ["https://redis.example.com:6379"], "stauth",
                "p@ss/:word", 0
            ),
            ("rediss://:secret@redis.example.com", ["https://redis.example.com:6379"], nil, "secret", 0),
            ("redis://127.0.0.1", ["http://127.0.0.1:6379"], nil, nil, 0),
            ("redis://[::1]:6380", ["http://[::1]:6380"], nil, nil, 0),
            ("rediss://[2001:db8::1]", ["https://[2001:db8::1]:6379"], nil, nil, 0),
        ] as [(String, [String], String?, String?, Int64)])
    func url(text: String, addresses: [String], user: String?, password: String?, database: Int64) throws {
        let redis = try redis("redis_url = \"\(text)\"")
        #expect(redis.addresses.map(\.text.string) == addresses)
        #expect(redis.user?.string == user && redis.database == database)
        #expect(try redis.password?.text().string == password)
        #expect(redis.prefix == "stauth" && redis.timeout == 200 && redis.master == nil)
    }

    @Test func sentinels() throws {
        let redis = try redis(
            """
            redis_url = ["redis://localhost", "redis://localhost:26380"]
            redis_sentinel_master = "mymaster"
            store_timeout = "1s"
            cookie_prefix = "shop"
            """)
        #expect(redis.addresses.map(\.text.string) == ["http://localhost:26379", "http://localhost:26380"])
        #expect(redis.master == "mymaster" && redis.timeout == 1000 && redis.prefix == "shop")
    }

    /// No message shows the URL, which may contain a password.
    @Test(arguments: [
        "\"redis.example.com\"", "\"http://redis.example.com\"", "\"rediss://\"", "\"rediss://user@redis.example.com\"",
        "\"rediss://user:@redis.example.com\"", "\"rediss://redis.example.com/x\"",
        "\"rediss://redis.example.com/0?a=b\"",
        "\"rediss://redis.example.com:port\"", "\"rediss://user:%FF\\u0001@redis.example.com:0\"", "[]",
        "[\"rediss://a.example.com\", \"redis://localhost\"]",
        "[\"rediss://a.example.com\", \"rediss://b.example.com/1\"]",
        "[\"rediss://u:swordfish@a.example.com\", \"rediss://b.example.com\"]", "5",
    ])
    func wrongURL(value: String) throws {
        let problems = try problems(Self.redis + "redis_url = \(value)")
        #expect(problems.count == 1 && problems[0].contains("redis_url"), "\(problems)")
        #expect(!problems[0].contains("swordfish"))
    }

    @Test func plainRedisElsewhere() throws {
        let url = "redis_url = \"redis://:secret@10.0.0.5\"\n"
        #expect(try problems(Self.redis + url).first?.contains("leaves this machine without TLS") == true)
        #expect(try redis(url + "insecure_redis_without_tls = true").addresses.count == 1)
    }

    @Test func missingURL() throws {
        #expect(try problems(Self.redis).first?.contains("redis_url: is missing") == true)
    }

    @Test(arguments: ["redis_url = \"redis://localhost\"", "redis_sentinel_master = \"m\"", "redis_ca_file = \"\""])
    func uselessKey(line: String) throws {
        for store in ["", "session_store = \"memory\"\n"] {
            #expect(try problems(Sample.complete + store + line).first?.contains("is only for session_store") == true)
        }
    }

    @Test(arguments: [
        ("session_store = \"file\"", "session_store"), ("store_fallback = \"memory\"", "store_fallback"),
        ("store_timeout = \"1m\"", "store_timeout"), ("store_timeout = \"1ms\"", "store_timeout"),
        (
            "session_store = \"redis\"\nredis_url = \"redis://localhost\"\nredis_ca_file = \"missing.pem\"",
            "redis_ca_file"
        ),
    ])
    func wrongValue(lines: String, key: String) throws {
        let problems = try problems(Sample.complete + lines)
        #expect(problems.count == 1 && problems[0].contains("[auth] \(key): "), "\(problems)")
    }

    /// It keeps its sessions where Streamlit reads them.
    @Test(arguments: ["session_store = \"memory\"", "store_fallback = \"cookie\""])
    func streamlitsCookieHasNoStore(line: String) throws {
        let problems = try problems(Sample.complete + "cookie_format = \"streamlit\"\n" + line)
        #expect(problems.count == 1 && problems[0].contains("is not supported with Streamlit's cookie"), "\(problems)")
    }
}
