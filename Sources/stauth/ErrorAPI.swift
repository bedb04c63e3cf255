import Basics
public import CStauth

/// The object behind an st_error.
final class ErrorObject {
    let failure: Failure
    let code: CText
    let message: CText
    let providerCode: CText?
    let providerDescription: CText?

    init(_ failure: Failure) {
        self.failure = failure
        code = CText(failure.name)
        message = CText(failure.message)
        providerCode = failure.providerCode.map { CText($0.escaped) }
        providerDescription = failure.providerDescription.map { CText($0.escaped) }
    }

    static func of(_ handle: OpaquePointer?) -> ErrorObject? {
        unsafe Handle.object(handle, .error, as: ErrorObject.self)
    }
}

/// Runs the body of a C function that can fail: returns its status, and stores the error if the caller wants it.
func reporting(
    to error: UnsafeMutablePointer<OpaquePointer?>?, _ body: () throws(Failure) -> Void
) -> st_status {
    do throws(Failure) {
        try body()
        return st_status(ST_OK)
    } catch let failure {
        if let error = unsafe error, let handle = unsafe try? Handle.issue(ErrorObject(failure), .error) {
            unsafe error.pointee = handle
        }
        return failure.code.entry.category.rawValue
    }
}

@c @implementation
public func st_error_status(_ error: OpaquePointer?) -> st_status {
    unsafe ErrorObject.of(error)?.failure.code.entry.category.rawValue ?? Category.invalidArgument.rawValue
}

@c @implementation
public func st_error_code(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
    unsafe ErrorObject.of(error)?.code.pointer
}

@c @implementation
public func st_error_message(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
    unsafe ErrorObject.of(error)?.message.pointer
}

@c @implementation
public func st_error_provider_code(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
    unsafe ErrorObject.of(error)?.providerCode?.pointer
}

@c @implementation
public func st_error_provider_description(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
    unsafe ErrorObject.of(error)?.providerDescription?.pointer
}

@c @implementation
public func st_error_http_status(_ error: OpaquePointer?) -> Int32 {
    unsafe ErrorObject.of(error)?.failure.code.entry.httpStatus ?? 500
}

@c @implementation
public func st_error_free(_ error: OpaquePointer?) {
    unsafe Handle.withdraw(error, .error, as: ErrorObject.self)
}
