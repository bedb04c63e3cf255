import Foundation
import Stauth
import StauthTesting
import Testing

/// Several tasks, and threads that change below them.
struct TaskTests {
    /// An application whose provider answers nothing until the second latch opens.
    private struct SlowSite {
        let asked = Latch()
        let mayAnswer = Latch()
        let app: App

        init() throws {
            app = try App(
                Configuration(settings: settings) { [asked, mayAnswer] _ in
                    asked.open()
                    await mayAnswer.wait()
                    throw CancellationError()
                })
        }

        func visit() async throws -> Visit {
            let visit = try Visit(app, method: "GET", target: "/", headers: page)
            _ = try await visit.begin()
            return visit
        }
    }

    @Test func callWhileAnotherWaits() async throws {
        let site = try SlowSite()
        let visit = try await site.visit()
        let login = Task { try await visit.login() }
        await site.asked.wait()
        #expect(visit.user == .nobody && !visit.isLoggedIn)
        await expectFailure(.invalidArgument, "invalid_handle") { try await visit.logout() }
        await expectFailure(.invalidArgument, "invalid_handle") { try visit.refuse("internal_error") }
        site.mayAnswer.open()
        await #expect(throws: StauthError.self) { try await login.value }
        #expect(visit.error?.code == "provider_unreachable", "it is back")
    }

    @Test func responseThatBeginsWhileACallWaits() async throws {
        let site = try SlowSite()
        let visit = try await site.visit()
        let login = Task { try await visit.login() }
        await site.asked.wait()
        await expectFailure(.invalidArgument, "invalid_handle") { _ = try visit.finish() }
        await expectFailure(.invalidArgument, "invalid_handle") { _ = try visit.finish() }
        site.mayAnswer.open()
        await #expect(throws: StauthError.self) { try await login.value }
        await expectFailure(.invalidArgument, "invalid_handle") { try visit.refuse("internal_error") }
    }

    @Test func taskThatIsCancelled() async throws {
        let asked = Latch()
        let app = try App(
            Configuration(settings: settings) { _ in
                asked.open()
                try await Task.sleep(for: .seconds(3600))
                return Reply(status: 200)
            })
        let visit = try Visit(app, method: "GET", target: "/auth/login", headers: page)
        let task = Task { try await visit.begin() }
        await asked.wait()
        task.cancel()
        #expect(try await !task.value)
        #expect(try visit.finish().status == 502)
    }

    @Test func userOfEachTask() async throws {
        let auth = try TestApp()
        let cookies = try await [auth.signIn(#"{"sub": "a"}"#), auth.signIn(#"{"sub": "b"}"#), "x=y"]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let headers = page + [("Cookie", cookies[number % 3])]
                    let visit = try Visit(auth.app, method: "GET", target: "/", headers: headers)
                    _ = try await visit.begin()
                    await Task.yield()
                    #expect(visit.claim("sub") == ["a", "b", nil][number % 3])
                    _ = try visit.finish()
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func oneVisitInManyTasks() async throws {
        let visit = try await TestApp().visit("/", ada)
        _ = try await visit.begin()
        let answers = await withTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    switch number % 4 {
                    case 0: _ = try? await visit.requireLogin()
                    case 1 where number > 100: return (try? visit.finish()) == nil ? 0 : 1
                    default: _ = (visit.user, visit.claim("name"), try? visit.refuse("internal_error"))
                    }
                    return 0
                }
            }
            return await group.reduce(0, +)
        }
        #expect(answers <= 1)
        await expectFailure(.invalidArgument, "invalid_handle") { _ = try visit.finish() }
    }

    @Test func requestFinishedOnAnotherThread() async throws {
        let visit = try await TestApp().visit("/", ada)
        _ = try await visit.begin()
        let answer = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try visit.finish() }) }
        }
        #expect(answer.status == nil)
    }

    @Test(.timeLimit(.minutes(1))) func processThatEndsWhileRequestsRun() async throws {
        await #expect(processExitsWith: .exitCode(7)) {
            let auth = try TestApp()
            let cookie = try await auth.signIn(ada)
            let running = Latch()
            for _ in 0..<8 {
                Task.detached {
                    for number in 0... {
                        if number == 20 { running.open() }
                        let visit = try Visit(
                            auth.app, method: "GET", target: "/", headers: page + [("Cookie", cookie)])
                        _ = try await (visit.begin(), visit.user, visit.finish())
                        await Task.yield()  // or these would leave no thread to the others
                    }
                }
            }
            await running.wait()
            exit(7)
        }
    }
}
