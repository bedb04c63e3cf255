import Basics
public import CStauth
import Environment

/// The object behind an st_record: what the host's store has under a key.
final class RecordObject {
    private(set) var record: StoredRecord?

    func set(_ record: StoredRecord) throws(Failure) {
        guard self.record == nil else { throw Failure(.outOfSequence, "the record was already reported") }
        self.record = record
    }
}

/// A session store in the host's hands.
@safe
final class HostStore: SessionStore, @unchecked Sendable {
    private let getRecord: st_store_get
    private let putRecord: st_store_put
    private let deleteRecord: st_store_delete
    private let data: HostData
    /// Milliseconds.
    private let timeout: Int64

    init(
        _ get: @escaping st_store_get, _ put: @escaping st_store_put, _ delete: @escaping st_store_delete,
        _ data: HostData, timeout: Int64
    ) {
        unsafe getRecord = get
        unsafe putRecord = put
        unsafe deleteRecord = delete
        self.data = data
        self.timeout = timeout
    }

    /// The same store with another deadline.
    func with(timeout: Int64) -> HostStore {
        unsafe HostStore(getRecord, putRecord, deleteRecord, data, timeout: timeout)
    }

    var mayBlock: Bool { true }

    func get(_ key: StoreKey) throws(Failure) -> StoredRecord? {
        let object = RecordObject()
        let handle = unsafe try Handle.issue(object, .record)
        defer { unsafe Handle.withdraw(handle, .record, as: RecordObject.self) }
        let key = CText(key.text)
        try check(withExtendedLifetime(key) { unsafe getRecord(key.pointer, timeout, handle, data.pointer) })
        return object.record
    }

    func put(
        _ record: StoredRecord, under key: StoreKey, over version: UInt64?, lifetime: Int64
    ) throws(Failure) -> Bool {
        let key = CText(key.text)
        var stored: Int32 = -1
        try check(
            withExtendedLifetime(key) {
                unsafe putRecord(
                    key.pointer, record.bytes, record.bytes.count, record.version, version ?? 0, lifetime, timeout,
                    &stored, data.pointer)
            })
        guard stored == 0 || stored == 1 else { throw failure }
        return stored == 1
    }

    func delete(_ key: StoreKey) throws(Failure) {
        let key = CText(key.text)
        try check(withExtendedLifetime(key) { unsafe deleteRecord(key.pointer, timeout, data.pointer) })
    }

    private func check(_ status: st_status) throws(Failure) {
        guard status == st_status(ST_OK) else { throw failure }
    }

    private var failure: Failure { Failure(.sessionStoreFailed, "the host's session store failed") }
}

@c @implementation
public func st_record_set(
    _ record: OpaquePointer?, _ bytes: UnsafePointer<UInt8>?, _ length: Int, _ version: UInt64,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let record = unsafe try Handle.require(record, .record, as: RecordObject.self)
        let text = unsafe UnsafeRawPointer(bytes)?.assumingMemoryBound(to: CChar.self)
        let copied = unsafe try Input.bytes(text, count: length, "bytes", limit: StoredRecord.longest)
        try record.set(StoredRecord(version: version, bytes: copied))
    }
}

@c @implementation
public func st_config_set_session_store(
    _ config: OpaquePointer?, _ get: st_store_get?, _ put: st_store_put?, _ remove: st_store_delete?,
    _ userData: UnsafeMutableRawPointer?, _ release: st_release?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        guard let get = unsafe get, let put = unsafe put, let remove = unsafe remove else {
            guard unsafe get == nil, unsafe put == nil, unsafe remove == nil else {
                throw Failure(.invalidArgument, "one of the functions is NULL, and not all of them")
            }
            _ = replace(&config.store, with: nil)
            return
        }
        let store = unsafe HostStore(get, put, remove, HostData(userData, release), timeout: 0)
        _ = replace(&config.store, with: store)
    }
}
