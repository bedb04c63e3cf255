import Basics
import Cookies
import Cryptography
import Environment

/// The logins that one browser has begun but not completed, one cookie each, so several tabs can log in at once.
struct PendingLogins {
    /// Beyond this number the oldest is dropped.
    static let most = 5
    /// All of them together: five ordinary ones, or one with a very long return target. Another site can make a browser begin
    /// logins.
    private static let mostBytes = 4000
    /// How many of the cookies in a request are examined.
    private static let mostExamined = 20

    let keys: KeyRing
    let jar: CookieJar
    /// The names of the providers that respond with a POST from their own site, with which browsers send only SameSite=None
    /// cookies.
    let postingProviders: [Text]

    /// What the names of their cookies begin with.
    let prefix: Text

    init(keys: KeyRing, jar: CookieJar, postingProviders: [Text]) {
        self.keys = keys
        self.jar = jar
        self.postingProviders = postingProviders
        prefix = jar.name("login-")
    }

    /// The name of the cookie for a state. It does not contain the state itself: the name is not sealed.
    private func cookieName(state: Text) throws(Failure) -> Text {
        let hash = try Digest.sha256.hash(state.bytes)
        return prefix + Base64URL.encode(hash.prefix(6))
    }

    /// Bytes that they take in this request.
    func length(in cookies: CookieHeader) -> Int { cookies.length(withPrefix: prefix) }

    /// The headers that store a new login, and drop old ones beyond the limits; nil if it does not fit. `room`: the bytes
    /// that all logins may take in a request.
    func headers(
        toAdd transaction: LoginTransaction, to cookies: CookieHeader, within room: Int, random: any RandomSource
    ) throws(Failure) -> [HTTPHeader]? {
        let name = try cookieName(state: transaction.state)
        let value = try keys.seal(transaction.encoded(), for: keys.binding(cookie: name), random: random)
        let jar = jar(for: transaction)
        let storing = jar.storing(value, as: name, lifetime: LoginTransaction.cookieLifetime)
        let left = min(room, Self.mostBytes) - HeaderBudget.cookieLength(storedBy: [storing])
        guard left >= 0, value.count <= jar.capacity(of: name) else { return nil }
        var headers = headers(toDropFrom: cookies, keeping: Self.most - 1, within: left)
        headers.append(storing)
        return headers
    }

    /// The headers that drop the oldest logins until at most this many are left, of at most `room` bytes; first those that do
    /// not open. `ended`: the cookie of a login that is removed anyway. `expired`: also drops those that have by this time.
    func headers(
        toDropFrom cookies: CookieHeader, keeping most: Int = most, within room: Int, but ended: Text? = nil,
        expired now: Now? = nil
    ) -> [HTTPHeader] {
        // A planted name could contain anything, and goes into a header here: only names like ours are dropped.
        let names = cookies.names(withPrefix: prefix, limit: Self.mostExamined).filter { name in
            name != ended && name.bytes.dropFirst(prefix.count).allSatisfy(FormEncoding.isUnreserved)
        }
        // Browsers send older cookies first: this orders those that do not open.
        let oldestFirst = names.map { (name: $0, transaction: open($0, in: cookies)) }
            .sorted { ($0.transaction?.expiry ?? 0) < ($1.transaction?.expiry ?? 0) }
        var total = 0
        var kept = 0
        let dropped = oldestFirst.reversed().filter { login in
            if let now, let expiry = login.transaction?.expiry, expiry <= now.seconds { return true }
            total += cookies.length(withPrefix: login.name)
            guard kept < most, total <= room else { return true }
            kept += 1
            return false
        }
        return dropped.map { removing($0.name, of: $0.transaction) }
    }

    /// The header that removes the cookie of a login, or one that does not open.
    func removing(_ name: Text, of transaction: LoginTransaction?) -> HTTPHeader {
        (transaction.map(jar(for:)) ?? jar).removing(name)
    }

    private func jar(for transaction: LoginTransaction) -> CookieJar {
        postingProviders.contains(transaction.provider) ? jar.forOtherSites : jar
    }

    /// This browser's login with this state, and its cookie's name, to remove it.
    func find(state: Text, in cookies: CookieHeader) throws(Failure) -> (LoginTransaction, cookieName: Text)? {
        let name = try cookieName(state: state)
        guard let transaction = open(name, in: cookies),
            isEqualInConstantTime(transaction.state.bytes, state.bytes)
        else { return nil }
        return (transaction, name)
    }

    private func open(_ name: Text, in cookies: CookieHeader) -> LoginTransaction? {
        let binding = keys.binding(cookie: name)
        for value in cookies.values(of: name) {
            if let transaction = keys.open(value, for: binding).flatMap(LoginTransaction.init) { return transaction }
        }
        return nil
    }
}
