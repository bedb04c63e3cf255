import Basics
import JOSE
import JSON
import RelyingParty
import TestSupport
import Testing

/// Access tokens that are bound to the client's key (RFC 9449 7).
@Suite struct DPoPAccessTokenTests {
    let site: TokenSite
    let token: Text
    private static let target = "/report"

    init() throws {
        site = try TokenSite()
        token = site.token(try Self.bound)
    }

    private static var bound: (inout TestToken) -> Void {
        get throws {
            let thumbprint = try TestProof.thumbprint(.p256)
            return { $0.claims["cnf"] = ["jkt": .string(thumbprint)] }
        }
    }

    private func proof(_ edit: (inout TestProof) -> Void = { _ in }, for token: Text? = nil) throws -> Text {
        var proof = try TestProof(
            "GET", "https://app.example.com/report", accessToken: token ?? self.token, at: site.site.clock.seconds(),
            id: Text("proof-\(site.site.random.all.count)-\(UInt64.random(in: 0 ... .max))"))
        edit(&proof)
        return proof.signed
    }

    private func get(
        _ token: Text, _ proof: Text?, at target: String = target, scheme: String = "DPoP", on site: TokenSite? = nil
    ) throws -> Answer {
        let headers = proof.map { ["DPoP": $0.string] } ?? [:]
        return try (site ?? self.site).send("GET", target, token, scheme: scheme, headers)
    }

    private func expectRefused(_ answer: Answer, _ code: String = "dpop_proof_invalid", on site: TokenSite? = nil) {
        let error = code == "dpop_proof_invalid" ? "invalid_dpop_proof" : "invalid_token"
        (site ?? self.site).expectRefused(answer, code, error: error)
    }

    @Test(arguments: ["DPoP", "dpop"]) func boundToken(scheme: String) throws {
        let answer = try get(token, proof(), scheme: scheme)
        try site.expectUser(answer, by: "dpop")
        #expect(try answer.user()["cnf"] == nil)
    }

    /// The query is no part of "htu", nor is the port where it is the default.
    @Test(arguments: ["https://app.example.com/report", "https://APP.example.com:443/report?a=b"])
    func address(text: Text) throws {
        let proof = try proof { $0.token.claims["htu"] = .string(text) }
        try site.expectUser(try get(token, proof, at: "/report?x=1"), by: "dpop")
    }

    @Test func startPage() throws {
        let proof = try proof { $0.token.claims["htu"] = "https://app.example.com" }
        try site.expectUser(try get(token, proof, at: "/"), by: "dpop")
    }

    @Test(arguments: [(SigningAlgorithm.rs256, TestKey.rsa), (.ps256, .rsa), (.es384, .p384), (.edDSA, .ed25519)])
    func otherKeys(algorithm: SigningAlgorithm, key: TestKey) throws {
        // Each key is of a kind that proofs may have: the thumbprint is what is wrong.
        let proof = try proof {
            $0.token.header["alg"] = .string(algorithm.name)
            $0.token.header["jwk"] = .object(key.publicMembers)
            ($0.key, $0.algorithm) = (key, algorithm)
        }
        let answer = try get(token, proof)
        expectRefused(answer)
        #expect(answer.failure?.message.string.contains("another key") == true)
    }

    // MARK: - Downgrades

    @Test func boundTokenAsBearer() throws {
        expectRefused(try get(token, nil, scheme: "Bearer"), "access_token_invalid")
        expectRefused(try get(token, proof(), scheme: "Bearer"), "access_token_invalid")
        expectRefused(try get(token, nil))
    }

    @Test func unboundTokenWithAProof() throws {
        let token = site.token()
        expectRefused(try get(token, proof(for: token)), "access_token_invalid")
        try site.expectUser(try site.get(token))
    }

    @Test func onlyBoundTokens() throws {
        let strict = try TokenSite(TokenSite.jwt + "dpop_bound_access_tokens_required = true")
        expectRefused(try strict.get(strict.token()), "access_token_invalid", on: strict)
        try strict.expectUser(try get(token, proof(), on: strict), by: "dpop")
    }

    // MARK: - Proofs

    private struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let edit: @Sendable (inout TestProof) -> Void

        init(_ name: String, _ edit: @escaping @Sendable (inout TestProof) -> Void) {
            (testDescription, self.edit) = (name, edit)
        }

        init(_ name: String, claims: JSONObject) { self.init(name) { $0.token.change(claims: claims) } }
        init(_ name: String, header: JSONObject) { self.init(name) { $0.token.change(header: header) } }
    }

    private static let faults: [Fault] = [
        Fault("another method", claims: ["htm": "POST"]), Fault("no method", claims: ["htm": .null]),
        Fault("another page", claims: ["htu": "https://app.example.com/reports"]),
        Fault("another site", claims: ["htu": "https://other.example.com/report"]),
        Fault("http", claims: ["htu": "http://app.example.com/report"]),
        Fault("another port", claims: ["htu": "https://app.example.com:444/report"]),
        Fault("a path alone", claims: ["htu": "/report"]), Fault("no address", claims: ["htu": .null]),
        Fault("old", claims: ["iat": .integer(Site.start - 60)]),
        Fault("from the future", claims: ["iat": .integer(Site.start + 61)]), Fault("no time", claims: ["iat": .null]),
        Fault("expired", claims: ["exp": .integer(Site.start - 60)]),
        Fault("another token's hash", claims: ["ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"]),
        Fault("no hash", claims: ["ath": .null]), Fault("no id", claims: ["jti": .null]),
        Fault("an empty id", claims: ["jti": ""]), Fault("another type", header: ["typ": "JWT"]),
        Fault("no type", header: ["typ": .null]), Fault("no key", header: ["jwk": .null]),
        Fault("a key as text", header: ["jwk": "x"]), Fault("a MAC", header: ["alg": "HS256"]),
        Fault("no algorithm", header: ["alg": "none"]), Fault("another curve's algorithm", header: ["alg": "ES384"]),
        Fault("a critical header", header: ["crit": ["x"], "x": 1]),
        Fault("a private key") { proof in
            var key = TestKey.p256.publicMembers
            key["d"] = "AAAA"
            proof.token.header["jwk"] = .object(key)
        },
        Fault("another's signature") { $0.key = TestKey.unusual("P-256") },
        Fault("another's key") { proof in
            proof.key = TestKey.unusual("P-256")
            proof.token.header["jwk"] = .object(proof.key.publicMembers)
        },
    ]

    @Test(arguments: faults.indices) func faultyProof(index: Int) throws {
        let fault = Self.faults[index]
        let answer = try get(token, proof(fault.edit))
        #expect(answer.status == 401 && !answer.isLoggedIn, "\(fault.testDescription)")
        expectRefused(answer)
        #expect(answer.header("WWW-Authenticate")?.hasSuffix(#", error="invalid_dpop_proof""#) == true)
    }

    @Test func malformedProof() throws {
        for text: Text in ["x", "a.b.c", Text(String(repeating: "a", count: 9000))] {
            expectRefused(try get(token, text))
        }
        let request = try HostRequest(site.site.application, IncomingRequest(method: "GET", target: "/report"))
        try request.addHeader("Authorization", Array("DPoP \(token.string)".utf8))
        for _ in 0..<2 { try request.addHeader("DPoP", Array(try proof().bytes)) }
        #expect(try site.site.begin(request) == .respond && request.responseStatus == 401)
    }

    // MARK: - Once

    @Test func replay() throws {
        let proof = try proof()
        try site.expectUser(try get(token, proof), by: "dpop")
        expectRefused(try get(token, proof))
        site.site.clock.advance(59)
        expectRefused(try get(token, proof))
        try site.expectUser(try get(token, self.proof()), by: "dpop")
    }

    /// A proof that was refused is as good as before: whoever copies it cannot use it up.
    @Test func refusedProofIsNotUsedUp() throws {
        let proof = try proof()
        expectRefused(try get(token, proof, at: "/other"))
        try site.expectUser(try get(token, proof), by: "dpop")
    }

    @Test func replayInAnotherProcess() throws {
        let store = FakeStore()
        let here = try TokenSite(store: store)
        let there = try TokenSite(store: store, beside: here)
        let token = here.token(try Self.bound)
        let proof = try proof(for: token)
        try here.expectUser(try get(token, proof, on: here), by: "dpop")
        expectRefused(try get(token, proof, on: there), on: there)
        // Nobody knows whether it was used.
        store.fail(Failure(.sessionStoreFailed, "connection refused"))
        #expect(try get(token, self.proof(for: token), on: there).status == 503)
    }

    @Test func introspectedToken() throws {
        let site = try TokenSite(TokenSite.introspection)
        let thumbprint = try TestProof.thumbprint(.p256)
        let token = site.site.google.opaqueToken { answer in
            answer["cnf"] = ["jkt": .string(thumbprint)]
            answer["token_type"] = "DPoP"
        }
        try site.expectUser(try get(token, proof(for: token), on: site), by: "dpop")
        expectRefused(try get(token, nil, scheme: "Bearer", on: site), "access_token_invalid", on: site)
        // What is wrong with the proof costs no question.
        let other = site.site.google.opaqueToken()
        expectRefused(try get(other, proof(for: token), on: site), on: site)
        #expect(site.site.google.count(.introspection) == 1)
    }
}
