import Basics
import CCurl
import Foundation
import Testing

@testable import Transport

/// Certificate authorities are read once, and again when what was read is no longer there.
@Suite struct TrustTests {
    let server: TestServer
    let kept: KeepingTransport

    init() throws {
        try #require(ccurl_load())
        server = try TestServer.running()
        kept = KeepingTransport(server)
    }

    private func write(_ certificate: String, to file: Text) throws {
        let bytes = try Data(contentsOf: URL(filePath: server.folder + "/\(certificate).pem"))
        try bytes.write(to: URL(filePath: file.string), options: .atomic)
    }

    /// Neither a connection nor a session outlives the trust that it was made with.
    @Test func changedFileEndsTheTrust() throws {
        var limits = server.limits()
        let file = try server.copyOfAuthority("changing")
        limits.certificateAuthorityFile = file
        let first = try kept.connection(within: limits)
        try write("stranger", to: file)
        #expect(try failure { try kept.send(request(), within: limits) }?.code == .providerTLSFailed)
        try write("authority", to: file)
        let last = try kept.connection(within: limits)
        #expect(last.number != first.number)
        #expect(!last.isResumed)
    }

    @Test func fileThatIsGoneEndsTheTrust() throws {
        var limits = server.limits()
        let file = try server.copyOfAuthority("vanishing")
        limits.certificateAuthorityFile = file
        _ = try kept.connection(within: limits)
        try FileManager.default.removeItem(atPath: file.string)
        let failure = try failure { try kept.send(request(), within: limits) }
        #expect(failure?.code == .providerTLSFailed)
        #expect(failure?.message.string.contains("ca_file") == true)
    }

    @Test func changedFolderIsReadAgain() throws {
        let folder = server.folder + "/folder-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let places = AuthorityPlaces(file: nil, folder: Text(folder))
        let cache = AuthorityCache()
        let first = try #require(try cache.authorities(at: places))
        #expect(try cache.authorities(at: places) === first)
        try write("authority", to: Text(folder + "/0a1b2c3d.0"))
        #expect(try cache.authorities(at: places) !== first)
        #expect(cache.readCount == 2)
        #expect(cache.count == 1, "what was there before is forgotten")
    }

    /// Two places where nothing is are not the same.
    @Test func missingFileIsNotAnEmptyFolder() throws {
        let cache = AuthorityCache()
        let nowhere = Text(server.folder + "/nowhere")
        #expect(try cache.authorities(at: AuthorityPlaces(file: nil, folder: nowhere)) != nil)
        #expect(try cache.authorities(at: AuthorityPlaces(file: nowhere, folder: nil)) == nil)
    }

    @Test func fewPlacesAreRemembered() throws {
        let cache = AuthorityCache()
        let usual = AuthorityPlaces(configured: Text(server.authorityFile))
        for number in 0..<20 {
            let places = AuthorityPlaces(configured: try server.copyOfAuthority("place-\(number)"))
            let authorities = try cache.authorities(at: places)
            #expect(authorities != nil)
            _ = try cache.authorities(at: usual)
        }
        #expect(cache.readCount == 21, "what is used often stays")
        #expect(cache.count == AuthorityCache.capacity)
    }

    @Test func manyThreadsReadOnce() throws {
        let cache = AuthorityCache()
        let places = AuthorityPlaces(configured: nil)
        DispatchQueue.concurrentPerform(iterations: 16) { _ in
            #expect(throws: Never.self) { try #require(try cache.authorities(at: places) != nil) }
        }
        #expect(cache.readCount == 1)
    }

    private func request() throws -> HTTPRequest { HTTPRequest(.get, try server.url("/connection", on: "good")) }
}
