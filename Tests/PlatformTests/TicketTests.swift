import Foundation
import Platform
import Testing

/// Handles that tell whether they are still good (Sources/Platform/tickets.c). One after the other: a value that one test
/// makes up must not be another's ticket.
@Suite(.serialized) struct TicketTests {
    /// Addresses that are never read.
    private func object(_ number: Int) throws -> UnsafeMutableRawPointer {
        try #require(UnsafeMutableRawPointer(bitPattern: 0x1000 + number * 16))
    }

    private func ticket(bits: Int) -> OpaquePointer? { OpaquePointer(bitPattern: bits) }

    /// Used and let go of at once.
    private func objectNamed(by ticket: OpaquePointer?, _ kind: UInt8) -> UnsafeMutableRawPointer? {
        guard let object = platform_ticket_use(ticket, kind) else { return nil }
        return platform_ticket_end_use(ticket, kind) == nil ? object : nil
    }

    @Test(arguments: [UInt8(1), 2, 15])
    func ticketNamesItsObject(kind: UInt8) throws {
        let object = try object(1)
        let ticket = try #require(platform_ticket_issue(kind, object))
        #expect(objectNamed(by: ticket, kind) == object)
        #expect(objectNamed(by: ticket, kind) == object, "again")
        #expect(platform_ticket_withdraw(ticket, kind) == object)
    }

    @Test func otherKindDoesNotFit() throws {
        let ticket = try #require(platform_ticket_issue(3, object(2)))
        for kind in UInt8(0)...15 where kind != 3 {
            #expect(objectNamed(by: ticket, kind) == nil)
            #expect(platform_ticket_withdraw(ticket, kind) == nil)
        }
        #expect(try platform_ticket_withdraw(ticket, 3) == object(2), "it was good all the time")
    }

    @Test func withdrawnTicketIsDead() throws {
        let ticket = try #require(platform_ticket_issue(1, object(3)))
        #expect(platform_ticket_withdraw(ticket, 1) != nil)
        #expect(objectNamed(by: ticket, 1) == nil)
        #expect(platform_ticket_withdraw(ticket, 1) == nil, "twice")
        #expect(objectNamed(by: nil, 1) == nil)
        #expect(platform_ticket_withdraw(nil, 1) == nil)
    }

    @Test func objectInUseOutlivesItsTicket() throws {
        let object = try object(6)
        let ticket = try #require(platform_ticket_issue(1, object))
        #expect(platform_ticket_use(ticket, 1) == object)
        #expect(platform_ticket_use(ticket, 1) == object)
        #expect(platform_ticket_withdraw(ticket, 1) == nil, "in use")
        #expect(platform_ticket_withdraw(ticket, 1) == nil, "twice")
        #expect(platform_ticket_use(ticket, 1) == nil, "no new use")
        #expect(platform_ticket_end_use(ticket, 1) == nil, "one use is left")
        #expect(platform_ticket_end_use(ticket, 1) == object, "the last")
        #expect(platform_ticket_use(ticket, 1) == nil)
    }

    /// Whoever comes last, and nobody else, gets the object to free.
    @Test func onlyTheLastUserFrees() throws {
        for round in 0..<2000 {
            let ticket = try #require(platform_ticket_issue(1, object(round)))
            let bits = Int(bitPattern: ticket)
            let owners = LockedCount()
            DispatchQueue.concurrentPerform(iterations: 4) { thread in
                let ticket = OpaquePointer(bitPattern: bits)
                if thread == 0 {
                    if platform_ticket_withdraw(ticket, 1) != nil { owners.add() }
                } else if platform_ticket_use(ticket, 1) != nil, platform_ticket_end_use(ticket, 1) != nil {
                    owners.add()
                }
            }
            #expect(owners.value == 1)
        }
    }

    /// Also after its slot was used again, by whatever kind, very often.
    @Test func withdrawnTicketStaysDead() throws {
        let old = try (0..<100).map { try #require(platform_ticket_issue(1, object($0))) }
        for ticket in old { #expect(platform_ticket_withdraw(ticket, 1) != nil) }
        var reused = Set<OpaquePointer>()
        for round in 0..<200_000 {
            let ticket = try #require(platform_ticket_issue(UInt8(round % 2 + 1), object(round)))
            reused.insert(ticket)
            guard platform_ticket_withdraw(ticket, UInt8(round % 2 + 1)) != nil else {
                Issue.record("a fresh ticket is dead, round \(round)")
                return
            }
        }
        #expect(reused.isDisjoint(with: old))
        #expect(reused.count == 200_000)
        #expect(!old.contains { objectNamed(by: $0, 1) != nil || objectNamed(by: $0, 2) != nil })
    }

    @Test func valuesThatWereNeverIssuedAreDead() throws {
        let live = try #require(platform_ticket_issue(1, object(4)))
        let bits = Int(bitPattern: live)
        let made =
            [
                1, 8, 15, 16, 0xFFFFF0, 0x1_0000_0000, .max, .min, -1, -16, bits | 1, bits | 8, bits | 1 << 44,
                bits | 1 << 62,
            ]
            + (24..<44).map { bits ^ 1 << $0 }
        for value in made where value != bits {
            #expect(objectNamed(by: ticket(bits: value), 1) == nil, "\(String(value, radix: 16))")
            #expect(platform_ticket_withdraw(ticket(bits: value), 1) == nil)
        }
        // The address of something that lives, as a confused caller would give.
        withUnsafeMutablePointer(to: &Self.something) { #expect(objectNamed(by: OpaquePointer($0), 1) == nil) }
        #expect(platform_ticket_withdraw(live, 1) != nil)
    }

    nonisolated(unsafe) private static var something = (1, 2)

    @Test("44 bits: some languages carry no more")
    func ticketIsASmallAlignedPointer() throws {
        let tickets = try (0..<3000).map { try #require(platform_ticket_issue(1, object($0))) }
        #expect(Set(tickets).count == 3000)
        for (number, ticket) in tickets.enumerated() {
            let bits = Int(bitPattern: ticket)
            #expect(bits > 0 && bits < 1 << 44 && bits % 16 == 0)
            #expect(try platform_ticket_withdraw(ticket, 1) == object(number))
        }
    }

    @Test func onlyOneThreadWithdraws() throws {
        for round in 0..<200 {
            let ticket = try #require(platform_ticket_issue(1, object(round)))
            let bits = Int(bitPattern: ticket)
            let winners = LockedCount()
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                if platform_ticket_withdraw(OpaquePointer(bitPattern: bits), 1) != nil { winners.add() }
            }
            #expect(winners.value == 1)
        }
    }

    @Test func threadsDoNotSeeEachOthersObjects() {
        let failures = LockedCount()
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for round in 0..<20_000 {
                let object = UnsafeMutableRawPointer(bitPattern: 0x10000 + (thread * 20_000 + round) * 16)
                guard let object, let ticket = platform_ticket_issue(1, object) else { return failures.add() }
                if objectNamed(by: ticket, 1) != object { failures.add() }
                if platform_ticket_withdraw(ticket, 1) != object { failures.add() }
                if objectNamed(by: ticket, 1) != nil { failures.add() }
            }
        }
        #expect(failures.value == 0)
    }

    /// The ticket of the request that is bound belongs to one thread.
    @Test func eachThreadCarriesItsOwn() throws {
        let ticket = try #require(platform_ticket_issue(1, object(5)))
        let bits = Int(bitPattern: ticket)
        let done = DispatchSemaphore(value: 0)
        let seen = LockedCount()
        // The body must stay on one thread, so it does not await.
        Thread.detachNewThread {
            platform_set_thread_ticket(OpaquePointer(bitPattern: bits))
            if platform_thread_ticket() == OpaquePointer(bitPattern: bits) { seen.add() }
            let inner = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                if platform_thread_ticket() == nil { seen.add() }
                inner.signal()
            }
            inner.wait()
            platform_set_thread_ticket(nil)
            if platform_thread_ticket() == nil { seen.add() }
            done.signal()
        }
        done.wait()
        #expect(seen.value == 3)
        #expect(platform_ticket_withdraw(ticket, 1) != nil)
    }
}
