import Basics
import Platform

/// The kinds of objects that C has handles for.
enum HandleKind: UInt8 {
    case error = 1
    case config, exchange, app, request, gate, record
}

/// Handles are tickets (Sources/Platform/tickets.c): C never sees one of our addresses, and a dead or foreign handle is
/// distinguished from a live one.
enum Handle {
    /// A handle that keeps `object` alive until it is withdrawn.
    static func issue<Object: AnyObject>(_ object: Object, _ kind: HandleKind) throws(Failure) -> OpaquePointer {
        let reference = unsafe Unmanaged.passRetained(object)
        guard let ticket = unsafe platform_ticket_issue(kind.rawValue, reference.toOpaque()) else {
            unsafe reference.release()
            throw Failure(.tooLarge, "there are more than a million handles; free unused ones")
        }
        return unsafe ticket
    }

    /// Runs `body` with the object of a live handle of this kind; nil for any other handle. The object lives until `body`
    /// returns, even if another thread frees the handle meanwhile.
    static func use<Object: AnyObject, Result>(
        _ handle: OpaquePointer?, _ kind: HandleKind, as type: Object.Type, _ body: (Object) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let reference = unsafe platform_ticket_use(handle, kind.rawValue) else { return nil }
        defer {
            if let abandoned = unsafe platform_ticket_end_use(handle, kind.rawValue) {
                unsafe Unmanaged<Object>.fromOpaque(abandoned).release()
            }
        }
        return unsafe try Unmanaged<Object>.fromOpaque(reference).withObject(body)
    }

    /// The object of a live handle of this kind, which lives as long as the returned object.
    static func object<Object: AnyObject>(
        _ handle: OpaquePointer?, _ kind: HandleKind, as type: Object.Type
    ) -> Object? {
        unsafe (try? use(handle, kind, as: type) { $0 }) ?? nil
    }

    /// The same, but a live handle is required.
    static func require<Object: AnyObject>(
        _ handle: OpaquePointer?, _ kind: HandleKind, as type: Object.Type
    ) throws(Failure) -> Object {
        guard let object = unsafe object(handle, kind, as: type) else { throw dead }
        return object
    }

    /// The failure for a handle that is not live.
    static var dead: Failure { Failure(.invalidHandle, "the handle is NULL, was freed, or is of another kind") }

    /// Ends a handle; has no effect on a dead or invented one.
    static func withdraw<Object: AnyObject>(_ handle: OpaquePointer?, _ kind: HandleKind, as type: Object.Type) {
        guard let reference = unsafe platform_ticket_withdraw(handle, kind.rawValue) else { return }
        unsafe Unmanaged<Object>.fromOpaque(reference).release()
    }
}
