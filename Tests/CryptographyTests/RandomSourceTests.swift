import Cryptography
import Testing

@Suite struct RandomSourceTests {
    @Test(arguments: [0, 1, 24, 32, 4096])
    func countIsAsAsked(count: Int) throws {
        #expect(try SystemRandomSource().bytes(count).count == count)
    }

    /// Two equal ones among so many would happen once in 2^160 runs.
    @Test func neverTheSame() throws {
        let source = SystemRandomSource()
        let nonces = try Set((0..<10_000).map { _ in try source.bytes(24) })
        #expect(nonces.count == 10_000)
    }

    @Test func tooManyAreAFailure() {
        #expect(throws: (any Error).self) { try SystemRandomSource().bytes(1 << 31) }
    }
}
