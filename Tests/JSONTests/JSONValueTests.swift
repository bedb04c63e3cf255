import JSON
import TestSupport
import Testing

@Suite struct JSONValueTests {
    @Test(
        "RFC 7519 2, NumericDate",
        arguments: [
            (0, 0), (1_795_426_392, 1_795_426_392), (253_402_300_799, 253_402_300_799), (0.0, 0), (.real(-0.0), 0),
            (0.9, 0),
            (1_795_426_392.9, 1_795_426_392), (253_402_300_799.0, 253_402_300_799), (.real(.leastNonzeroMagnitude), 0),
        ] as [(JSON, Int64)])
    func secondsAreRead(value: JSON, seconds: Int64) {
        #expect(value.seconds == seconds)
    }

    /// A conversion that does not check its range would stop the process.
    @Test(
        arguments: [
            -1, 253_402_300_800, .integer(.max), .integer(.min), -0.5, .real(-Double.leastNonzeroMagnitude),
            253_402_300_800.0, .real(1e18),
            .real(9_223_372_036_854_775_808), .real(1e308), .real(-1e308), .real(.infinity), .real(-.infinity),
            .real(.nan),
            .real(.signalingNaN), "123", "", true, false, .null, [1], ["a": 1], [], [:],
        ] as [JSON])
    func otherValuesAreNoSeconds(value: JSON) {
        #expect(value.seconds == nil)
    }

    @Test func eachValueIsOfOneKind() {
        let values: [JSON] = [.null, true, 1, 1.0, "1", [1], ["a": 1]]
        #expect(values.map { $0.text != nil } == [false, false, false, false, true, false, false])
        #expect(values.map { $0.object != nil } == [false, false, false, false, false, false, true])
        #expect(values.map { $0.array != nil } == [false, false, false, false, false, true, false])
        #expect(values.map { $0.bool != nil } == [false, true, false, false, false, false, false])
        #expect(JSON.integer(1) != .real(1))
    }

    @Test func membersAreSetAndRemoved() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = .null
        object["none"] = nil
        #expect(object == ["a": 3, "b": 2, "c": .null])
        object["a"] = nil
        #expect(object.members.map(\.name.string) == ["b", "c"])
        object.removeAll(named: ["c", "B", "none"])
        #expect(object == ["b": 2])
    }

    @Test func orderMattersForEquality() {
        #expect((["a": 1, "b": 2] as JSONObject) != ["b": 2, "a": 1])
    }
}
