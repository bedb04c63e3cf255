import Basics
import COpenSSL

/// The parts of a key for OpenSSL: parameters and the bytes that they point to, which are wiped at the end.
@safe
final class KeyParameters {
    private var parameters: [OSSL_PARAM] = unsafe []
    private var buffers: [UnsafeMutableRawBufferPointer] = unsafe []

    deinit {
        for index in unsafe buffers.indices {
            unsafe OPENSSL_cleanse(buffers[index].baseAddress, buffers[index].count)
            unsafe buffers[index].deallocate()
        }
    }

    /// A big-endian number, as in a JWK.
    func add(_ name: StaticString, number: [UInt8]) {
        // OSSL_PARAM holds numbers in the machine's byte order.
        var buffer = unsafe keep(number)
        unsafe buffer.reverse()
        unsafe parameters.append(OSSL_PARAM_construct_BN(name.cString, buffer.baseAddress, buffer.count))
    }

    func add(_ name: StaticString, octets: [UInt8]) {
        let buffer = unsafe keep(octets)
        unsafe parameters.append(OSSL_PARAM_construct_octet_string(name.cString, buffer.baseAddress, buffer.count))
    }

    func add(_ name: StaticString, text: StaticString) {
        let buffer = unsafe keep(text.withUTF8Buffer { unsafe Array($0) } + [0])
        unsafe parameters.append(OSSL_PARAM_construct_utf8_string(name.cString, buffer.baseAddress, 0))
    }

    private func keep(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        unsafe buffer.copyBytes(from: bytes)
        unsafe buffers.append(buffer)
        return unsafe buffer
    }

    /// The key of OpenSSL's type `name` with these parameters; the caller frees it. Nil if OpenSSL refuses them.
    func makeKey(_ name: StaticString, isPrivate: Bool = false) -> OpaquePointer? {
        unsafe withoutForks { unsafe importKey(name, isPrivate: isPrivate) }
    }

    private func importKey(_ name: StaticString, isPrivate: Bool) -> OpaquePointer? {
        OpenSSLAlgorithms.outliveExit()
        let context = unsafe EVP_PKEY_CTX_new_from_name(nil, name.cString, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        let selection = isPrivate ? shim_key_pair_selection() : shim_public_key_selection()
        var terminated = unsafe parameters + [OSSL_PARAM_construct_end()]
        var key: OpaquePointer?
        let done =
            unsafe EVP_PKEY_fromdata_init(context) == 1
            && EVP_PKEY_fromdata(context, &key, selection, &terminated) == 1
        if !done { ERR_clear_error() }
        return unsafe done ? key : nil
    }
}
