import Basics
import CTestSupport
import Environment
import TestSupport
import Testing

/// What is counted and measured for an operator.
@Suite struct StatisticsTests {
    private func environment(_ statistics: Statistics) -> Environment {
        var environment = Environment(clock: FakeClock(0), random: SequenceRandom(), log: nil, transport: nil)
        environment.statistics = statistics
        return environment
    }

    /// Also without a log.
    @Test func everyEventIsCounted() {
        let statistics = Statistics(providers: ["p"])
        let environment = environment(statistics)
        for _ in 0..<3 {
            for event in EventTests.all { environment.report(event) }
        }
        let events = statistics.current.events
        #expect(events.map(\.series.event) == Event.Name.allCases)
        #expect(events.allSatisfy { $0.count == 3 })
        #expect(events.first { $0.series.event == .loginRefused }?.series.code == "state_mismatch")
        #expect(events.first { $0.series.event == .loginStarted }?.series.provider == "p")
        #expect(events.first { $0.series.event == .endedLoginsForgotten }?.series.provider == nil)
    }

    @Test func providersAreThoseOfTheSettings() {
        let statistics = Statistics(providers: ["p", "q"])
        let environment = environment(statistics)
        for index in 0..<1000 { environment.report(.loginStarted(provider: Text("x\(index)"))) }
        environment.report(.loginStarted(provider: "q"))
        #expect(statistics.current.events.map(\.series.provider) == [nil, "q"])
        #expect(statistics.current.events.map(\.count) == [1000, 1])
    }

    @Test(
        arguments: [
            (0, 0), (500, 0), (501, 1), (1_000_000, 10), (10_000_000, 13), (10_000_001, 14), (.max, 14), (-1, 0),
            (.min, 0),
        ] as [(Int64, Int)])
    func buckets(duration: Int64, bucket: Int) {
        let statistics = Statistics(providers: ["p", "q"])
        statistics.add(duration, of: "q")
        statistics.add(duration, of: "unknown")
        let (p, q) = (statistics.current.requests[0].latencies, statistics.current.requests[1].latencies)
        #expect(p.count == 0 && q.count == 1)
        #expect(q.buckets.firstIndex(of: 1) == bucket)
        #expect(q.total == max(duration, 0))
    }

    @Test func sumDoesNotTrap() {
        let statistics = Statistics(providers: ["p"])
        for _ in 0..<3 { statistics.add(.max, of: "p") }
        #expect(statistics.current.requests[0].latencies.count == 3)
    }

    @Test func threads() async {
        let statistics = Statistics(providers: ["p"])
        let environment = environment(statistics)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<1000 {
                        environment.report(.tokensRefreshed(provider: "p"))
                        statistics.add(1, of: "p")
                    }
                }
            }
        }
        #expect(statistics.current.events.map(\.count) == [4000])
        #expect(statistics.current.requests[0].latencies.count == 4000)
    }

    /// Otherwise what a server did before it forked would be counted once for each worker.
    @Test func childBeginsAnew() {
        let statistics = Statistics(providers: ["p"])
        environment(statistics).report(.loginStarted(provider: "p"))
        statistics.add(1, of: "p")
        let object = Unmanaged.passUnretained(statistics).toOpaque()
        let inChild = test_run_in_child(
            { object in
                guard let object else { return 1 }
                let numbers = Unmanaged<Statistics>.fromOpaque(object).takeUnretainedValue().current
                return numbers.events.isEmpty && numbers.requests[0].latencies.count == 0 ? 0 : 2
            }, object, 20)
        #expect(inChild == 0)
        #expect(statistics.current.events.map(\.count) == [1])
    }
}
