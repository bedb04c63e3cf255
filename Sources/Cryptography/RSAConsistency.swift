import COpenSSL

extension PrivateKey {
    /// Whether the numbers of an RSA key pair are consistent (RFC 8017 3.2). With wrong ones for the Chinese remainder
    /// theorem OpenSSL would still sign, but more slowly each time.
    func hasConsistentFactors() -> Bool {
        let names: [StaticString] = [
            "n", "e", "d", "rsa-factor1", "rsa-factor2", "rsa-exponent1", "rsa-exponent2", "rsa-coefficient1",
        ]
        var numbers: [OpaquePointer] = unsafe []
        defer { while let number = unsafe numbers.popLast() { unsafe BN_clear_free(number) } }
        for name in names {
            var number: OpaquePointer?
            guard unsafe EVP_PKEY_get_bn_param(evp, name.cString, &number) == 1, let number = unsafe number else {
                ERR_clear_error()
                return false
            }
            unsafe numbers.append(number)
        }
        guard unsafe numbers.count == 8 else { return false }
        let isConsistent = unsafe check(
            modulus: numbers[0], exponent: numbers[1], privateExponent: numbers[2], factors: (numbers[3], numbers[4]),
            exponents: (numbers[5], numbers[6]), coefficient: numbers[7])
        if !isConsistent { ERR_clear_error() }
        return isConsistent
    }

    /// Leaves each factor reduced by one.
    private func check(
        modulus: OpaquePointer, exponent: OpaquePointer, privateExponent: OpaquePointer,
        factors: (OpaquePointer, OpaquePointer), exponents: (OpaquePointer, OpaquePointer), coefficient: OpaquePointer
    ) -> Bool {
        let context = unsafe BN_CTX_new()
        let product = unsafe BN_new()
        defer {
            unsafe BN_clear_free(product)
            unsafe BN_CTX_free(context)
        }
        let areInverse = { (first: OpaquePointer, second: OpaquePointer, modulus: OpaquePointer) in
            unsafe BN_mod_mul(product, first, second, modulus, context) == 1 && BN_is_one(product) == 1
        }
        return unsafe BN_mul(product, factors.0, factors.1, context) == 1 && BN_cmp(product, modulus) == 0
            && areInverse(factors.1, coefficient, factors.0)
            && BN_sub_word(factors.0, 1) == 1 && areInverse(exponent, exponents.0, factors.0)
            && areInverse(exponent, privateExponent, factors.0)
            && BN_sub_word(factors.1, 1) == 1 && areInverse(exponent, exponents.1, factors.1)
            && areInverse(exponent, privateExponent, factors.1)
    }
}
