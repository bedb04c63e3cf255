import Foundation
import Platform
import Synchronization
import Testing

/// Objects that wait for the next thread that needs one (Sources/Platform/pool.c).
@Suite final class PoolTests {
    private static let places = 16

    private let pool: OpaquePointer
    /// Addresses that are never read, more than there are places.
    private let objects: [UnsafeMutableRawPointer]

    init() throws {
        pool = try #require(platform_pool_new())
        objects = (1...20).compactMap { UnsafeMutableRawPointer(bitPattern: 0x1000 * $0) }
    }

    deinit {
        platform_pool_free(pool)
    }

    @Test func emptyPoolHasNothing() {
        #expect(platform_pool_take(pool) == nil)
    }

    @Test func whatIsGivenIsTakenOnce() {
        #expect(platform_pool_give(pool, objects[0]))
        #expect(platform_pool_take(pool) == objects[0])
        #expect(platform_pool_take(pool) == nil)
    }

    @Test func fullPoolTakesNoMore() {
        for object in objects.prefix(Self.places) { #expect(platform_pool_give(pool, object)) }
        #expect(!platform_pool_give(pool, objects[Self.places]))
        let taken = Set((0..<Self.places).map { _ in platform_pool_take(pool) })
        #expect(taken == Set(objects.prefix(Self.places)))
        #expect(platform_pool_take(pool) == nil)
    }

    /// A thread finds what another has left, wherever it lies. More threads than there are places.
    @Test func otherThreadsTake() {
        let address = UInt(bitPattern: pool)
        for object in objects {
            #expect(platform_pool_give(pool, object))
            let found = OnAnotherThread.run {
                OpaquePointer(bitPattern: address).flatMap { platform_pool_take($0) }.map { UInt(bitPattern: $0) }
            }
            #expect(found == UInt(bitPattern: object))
        }
    }

    /// No object is ever in two hands.
    @Test func threadsNeverShare() throws {
        let owners = try #require(calloc(24, 1))
        defer { free(owners) }
        let (collisions, address, base) = (LockedCount(), UInt(bitPattern: pool), UInt(bitPattern: owners))
        DispatchQueue.concurrentPerform(iterations: 24) { thread in
            guard let pool = OpaquePointer(bitPattern: address) else { return }
            var own = UnsafeMutableRawPointer(bitPattern: base + UInt(thread))
            for _ in 0..<2000 {
                guard let object = platform_pool_take(pool) ?? own else { continue }
                if object == own { own = nil }
                if object.load(as: UInt8.self) != 0 { collisions.add() }
                object.storeBytes(of: 1, as: UInt8.self)
                sched_yield()
                object.storeBytes(of: 0, as: UInt8.self)
                if !platform_pool_give(pool, object), own == nil { own = object }
            }
        }
        #expect(collisions.value == 0)
    }
}

/// Runs something on a thread of its own, and waits for it.
private enum OnAnotherThread {
    static func run(_ body: @escaping @Sendable () -> UInt?) -> UInt? {
        let result = Mutex<UInt?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let value = body()
            result.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        return result.withLock { $0 }
    }
}
