import Basics
import CCurl
import Foundation
import Testing
import Transport

/// The transport as a guest in someone else's process. Each test has a process of its own.
@Suite struct ProcessTests {
    let server: TestServer
    init() throws { server = try TestServer.running() }

    @Test func environmentNamesNoProxy() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
                setenv(name, "http://127.0.0.1:1", 1)
            }
            try #require(try server.get("/echo").status == 200)
            try #require(try server.get("/echo", on: "good").status == 200)
        }
    }

    @Test func environmentDoesNotKeepAConfiguredProxyAway() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            setenv("no_proxy", "*", 1)
            setenv("NO_PROXY", "127.0.0.1,localhost", 1)
            let limits = server.limits(proxy: try server.url("/", on: "proxy").overHTTP())
            let response = try CurlTransport.forTests.send(HTTPRequest(.get, server.url("/echo")), within: limits)
            try #require(response.body == Text("from the proxy").bytes)
        }
    }

    @Test func filesOfTheUserAreNotRead() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let home = server.folder + "/home"
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            try "machine 127.0.0.1 login u password p\n".write(
                toFile: home + "/.netrc", atomically: true, encoding: .utf8)
            try "header = \"X-Curlrc: 1\"\n".write(toFile: home + "/.curlrc", atomically: true, encoding: .utf8)
            setenv("HOME", home, 1)
            let headers = try Echo(try server.get("/echo")).headers
            try #require(Set(headers.keys) == ["Host", "User-Agent", "Accept", "Accept-Encoding"])
        }
    }

    /// A connection that the peer has closed must not kill the host.
    @Test(arguments: ["plain", "good"])
    func noSignalReachesTheHost(listener: String) async {
        await #expect(processExitsWith: .success) { [server = server as TestServer, listener] in
            signal(SIGPIPE, SIG_DFL)
            let body = Text(String(repeating: "x", count: 8 << 20))
            let request = HTTPRequest(.post, try server.url("/no_reader", on: listener), body: body)
            for _ in 0..<10 {
                let failure = try failure { try CurlTransport.forTests.send(request, within: server.limits()) }
                try #require(failure?.code == .providerUnreachable)
            }
        }
    }

    /// libcurl's releases differ in where they raise the signal, so it is raised here: inside a transfer it is held
    /// back and forgotten, and afterwards it is let in as before.
    @Test func signalRaisedInsideStaysInside() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            try #require(ccurl_load())
            let transfer = try #require(ccurl_new())
            _ = ccurl_set_text(transfer, CURLOPT_URL, "http://127.0.0.1:1/")
            let take: curl_write_callback = { _, _, count, _ in count }
            let open: curl_opensocket_callback = { _, _, _ in
                raise(SIGPIPE)
                return CURL_SOCKET_BAD
            }
            _ = ccurl_set_callbacks(transfer, transfer, take, take, open)
            try #require(ccurl_perform(transfer, nil) == CURLE_COULDNT_CONNECT)
            ccurl_free(transfer)
            var (pending, blocked) = (sigset_t(), sigset_t())
            sigpending(&pending)
            pthread_sigmask(SIG_BLOCK, nil, &blocked)
            try #require(sigismember(&pending, SIGPIPE) == 0)
            try #require(sigismember(&blocked, SIGPIPE) == 0)
        }
    }

    /// One that the host holds back itself is the host's.
    @Test func signalOfTheHostIsNotTaken() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            var mask = sigset_t()
            sigaddset(&mask, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &mask, nil)
            raise(SIGPIPE)
            try #require(try server.get("/echo", on: "good").status == 200)
            var pending = sigset_t()
            sigpending(&pending)
            try #require(sigismember(&pending, SIGPIPE) == 1)
        }
    }

    /// A process that was forked after libcurl was loaded, and one that was forked before.
    @Test(arguments: [true, false])
    func worksAfterFork(isLoadedBefore: Bool) async {
        await #expect(processExitsWith: .success) { [server = server as TestServer, isLoadedBefore] in
            if isLoadedBefore { _ = try server.get("/echo", on: "good") }
            let fork = try #require(forkProcess)
            let child = fork()
            if child == 0 {
                // Killed rather than hung, should a lock be held for ever.
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGALRM)
                pthread_sigmask(SIG_UNBLOCK, &signals, nil)
                alarm(20)
                let response = try? server.get("/echo", on: "good")
                _exit(response?.status == 200 ? 0 : 1)
            }
            var status: Int32 = -1
            waitpid(child, &status, 0)
            try #require(status == 0)
            try #require(try server.get("/echo", on: "good").status == 200)
        }
    }

    /// Out of descriptors, libcurl cannot be loaded; with descriptors again, it can.
    @Test func missingLibraryIsReportedAndLookedForAgain() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            var none = rlimit(rlim_cur: 0, rlim_max: limit.rlim_max)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none)
            let failure = try failure { try server.get("/echo") }
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            try #require(failure?.code == .networkLibraryMissing)
            try #require(failure?.message.string.contains("libcurl4") == true)
            try #require(try server.get("/echo").status == 200)
        }
    }

    @Test func outOfDescriptorsIsAFailure() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            _ = try server.get("/echo", on: "good")
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = 0
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            try #require(try failure { try server.get("/echo", on: "good") } != nil)
        }
    }
}

/// fork(), which Swift hides.
let forkProcess: (@convention(c) () -> Int32)? = dlsym(nil, "fork").map {
    unsafeBitCast($0, to: (@convention(c) () -> Int32).self)
}

extension AbsoluteURL {
    /// The same place without TLS.
    fileprivate func overHTTP() throws -> AbsoluteURL {
        try TestServer.url("http" + text.string.dropFirst("https".count))
    }
}
