import Basics
import Cryptography
import JSON
import TestSupport
import Testing

@testable import JOSE

/// draft-ietf-cose-dilithium, where OpenSSL has ML-DSA: 3.5 and later. VerificationTests and JWKSetTests then take it in too.
@Suite(.enabled(if: SigningAlgorithm.mlDSA44.isAvailable, "this OpenSSL has no ML-DSA"))
struct MLDSATests {
    /// Of the seed 00 01 02 … 1F, made with Python's cryptography 50.0.2.
    static let publicOctets: Text = """
        17K0clSq4NtF55MNSpjSyX2PE5fReJ2voXAksxbpvslPyZRtQvGbeadBO7qjPnFJy0LtURVpOsBB-suYit61_g4dhjEYSZW1ksOX0ilO\
        LhT5CqQUujgmiZrEP0zMrLwm6agyuVEY1ctDPL75ZgsAE44IF_YediyidMNq1VTrIqrBFi5KsBrLoeOMTv2PgLZbMz0PcuVd_nHOnB67\
        mInnxWEGwP1zgDoq7P6v3teqPLLO2lTRK9jNNqeM-XWUO0er0l6ICsRS5XQu0ejRqCr6huWQx1jBWuTShA2SvKGlCQ9ASWWX_KfYuVE_\
        GhvabpUKqpjeRnUH1KT1pPBZkhZYLDVy9i7aiQWrNYFnDEoCd3oz4Mpylf2PT_bRoKOnaD1l9fX3_GDaAj6CbF-SFEwC99G6EHWYdVPq\
        k2f8122ZC3-pnNRa_biDbUPkWfUYffBYR5cJoB6mg1k1-nBGCZDNPcG6QBupS6sd3kGsZ6szGdysoGBI1MTu8n7hOpwX0FOPQw8tZC3C\
        QVZg3niHfY2KvHJSOXjAQuQoX0MZhGxEEmJCl2hEwQ5Va6IVtacZ5Z0MayqW05hZBx_cws3nUkp77a5U6FsxjoVOj-Ky8-36yXGRKCcK\
        r9HlBEw6T9r9n_MfkHhLjo5FlhRKDa9YZRHT2ZYrnqla8Ze05fxg8rHtFd46W-9fib3HnZEFHZsoFudPpUUx79wcvnTUSIV_R2vNWPIc\
        C2U7O3ak4HamVZowJxhVXMY_dIWaq6uSXwI4YcqM0Pe62yhx9n1VMm10URNa1F9KG6aRGPuyyKMO7JOS7z-XcGbJrdXHEMxkexUU0hfZ\
        WMcBfD6Q_SDATmdLkEhuk3CjGgAdMvRzl55JBnSefkd_oLdFCPil8jeDErg8Jb04jKCw__dHi69CtxZn7arJfEaxKWQ-WG5bBVoMIRlG\
        1PNuZ1vtWGD6BCoxXZgmFk1qkjfDWl-_SVSQpb1N8ki5XEqud4S2BWcxZqxCRbW0sIKgnpMj5i8geMW3Z4NEbe_XNq06NwLUmwiYRJAK\
        YYMzl7xEGbMNepegs4fBkRR0xNQbU-Mql3rLbw6nXbZbs55Z5wHnaVfe9vLURVnDGncSK1IE47XCGfFoixTtC8C4AbPm6C3NQ-nA6fQX\
        RM2YFb0byIINi7Ej8E-s0bG2hd1aKxuNu_PtkzZw8JWhgLTxktCLELj6u9_MKyRRjjLuoKXgyQTKhEeACD87DNLQuLavZ7w1W5SUAl3H\
        sKePqA46Lb_rUTKIUdYHgZjpSTZRrnh-wCUfkiujDp9R32Km1yeEzz3SBTkxdt-jJKUSvZSXCjbdNKUUqGeR8Os28BRbCatkZRtKAxOy\
        mWEaKhxIiRYnWYdooxFAYLpEQ0ht9RUioc6IswmFwhb45u0XjdVnswSg1Mr7qIKig0LxepqiauWNtjAIPSw1j99WbD9dYqQoVnvJ6ozp\
        XKoPNUdLC_qPM5olCrTfzyCDvo7vvBBV4Y_hU3DuyyYFZtg_8GshGq7EPKKbVMzQD4gVokZe8LRlFcx-QfMSTwnv_3OTCatYspoUWaAL\
        zlA46TjJZ49y6w5O5f2q5m2fhXP8l_xCtJWfS_i2HXhDPoawM11ukZHE2L9IezkFwQjP1qwksM633LfPUfhNDtaHuV6uscUzwG8NlwI9\
        kqcIJYN7Wbpst9TlawqHwgOGKujzFbpZJejt76Z5NpoiAnZhUfFqll-fgeznbMBwtVhp5NuXhM8FyDCzJCyDEg
        """

    static let token: Text = """
        eyJhbGciOiJNTC1EU0EtNDQifQ.eyJzdWIiOiIyNDgyODk3NjEwMDEifQ.t5HN7PYnjfr_IKHpnlT0Jd9gWzCs_HkMiH3xi84HihHo1P\
        Nd8vsPXi1MRnLhiDuNFhsfmGjOkQ_q3tn3kK7KzXwUGER6AmfLiU55mTDTR92ei0xgj7NMW2tEvI_UMdBn790Toz1KdT0qoqLdkSJitU\
        ooQc-t1e3dqHgrD2S6SmWBG6GcdUh96Xs81doeus5WojPezYy36L88uYVED3wogdL6N5WDJWMx57A7zJ-mggQ_phLvty3g3plcpFiSNw\
        6Tq0qyva2kwpeYSu_w3nXiLihVg-F2wybTN_arHJXohpWRb2kaxg4pLzFTaUuzZrY4vt0qrfsEcD1NfzjAyrdd6JV6b9kr49GrkurLV8\
        ATsbwKtjWyNft-4g4sI3ZDWWzj0tUZCg2VGUB6nduozKT8oMepfmgdBrGa2p0R1YHd_986OmYFpck0H0ECW_-G03EwfhGtuzAIMmw_si\
        v4h6dhqnLmNb9_m7_OOd5ihDMhf0c0xAQqrxvSsgFikLHqow1HkmR6Ppjx3ViUGBImlm92cdrZODhBLlQqp62cmH-byMX2E45KEaA8y8\
        CkpeSfBgCrq2E-z-pnKzwQmrHXYuELMQV5GkQdyGncyHtgQ5LKA_Io6bNBBzjHouw4-9655yoTOEHYBe2hBsuf9aX5Ti6D21oxnIQlpz\
        eVk2WX7lVLzEr3KYDZYJyJcFLjhH7ta8zfRt1-MITLgKlJTdDYIpQn0R_f47GDIVcgl0WG4MXNTpXHKO3zePYOxl5VQbcsLHm06FRhjz\
        o0MkKokbY7cUKgbqYPCNZBwbjP4wGM2P22xM43UD6AE9jqZTQ39RBKig6Ggc7haX7-qaWHiXVktOUEKf_rybmKwXj33c2YdF6HLyAPkR\
        uBf1DRQB03cDkqQLo9GiiigzbNmJJzd7OzFbTJuBBXUb5-3-UCkxnLp9RyDrYDDzAQWcP07PLEd1NGeSfz20kPcezLPXnQ8qjaO6mRhN\
        UYnlMsmBGk9Mgg7UrDN-Tb_c_UtJNYjoS3oY5A-biMCIWMjZHtXW7w3-KlrwrAW36b0EXVfvsx_IbjswrZRBj5JHz_2-d4o0zudUDtnN\
        3Bx4JlhrSDan3AVTIL1RK11O0VJmQ_sT8XmYTGK4Gahqq2ggVcBIEENYKeONAJTi_Wa_P_gTqv9CXpp8NHu-yCodnYP_AOiaY-IdR8cZ\
        txU447n820sNxIsIoHmBhIZILzpaN4oJvnoUoTCuMuUBO03Xh6fzmQdd2klivNoLkijph67_wYG0O3wlcN6tQlNSxLqgi-Px6YjLgEoZ\
        RRcoNxWnCqcA472TK67hxPjQ0JLXgjqvz7J5-Vc0Ydpn5V7Gk2KURFYaYWXHLhadJ5nnYxcKj5vpUWSHFhI6pu4yKWsDGQnCAKgsXXxw\
        aK6lEMeHmFwzBar1A1LPwIapuH-VkQyQkRadqItgrQXqXXJGVBPNdIMNNustsh0zbr8NrOkGGfBK7DKaI8n5m-WBqGfD7uIpa4EFM5cm\
        eD_kOZ_nV0hvxa610PSk-LnbL4-gE2CHH_KpswledU3sNtabBlhQO4DR123ioHQ6ZwOh_gg1s9ohOcfNILJbBz0LwhrZ4BpuFc34IQ_q\
        m18zhAJ4R3Rzm8p5aoQQqu70yQTy1ZIDh3SCjErmqd8egiOJGQRxORQm1ENuHCde9K3_8RYWDbVYnPOqF3sw3JaZSEc-UCdRAMWh4UIq\
        6oJzwLG0IYk16_SNSUoM3leL-m0iFUCuBTtBIVpSRnC8RG-m2O3EUfJZJvQN7hlx_pkzJj6N_OmnxGZ2_AwIjHrUvhl16SeP-t2bdasz\
        v2giWakOD3RQbetOkTR1elC8IQ5p9VyAr8fsfEgp9c4RagoP8fGBwKNHFBEUoB1-5bZn6NlOC34Kza79o_FY89WFxdv8XmCbgIIOu9gO\
        w9or6VkUdcey6dQ0srsQM6neDzwf8B1fEmwOQYHuflP_C1nFxCUOSx0n39zMrxBY9qwtqvclNBbvHSozVGBlfotuBlFtdTuOrh55E_BL\
        EfQ-Qtc1emnx-XK1-x5T3Bqdj2Uox8NVcw65DU2BabEops9XzxFdfCsxYfDjRXFcUr6Q2AYYjdwQ02VS0b0FWkVmrD0vbIJFg0RPV2CN\
        TLM1-sFq3cy7JaEnHcvCTXDFS-_Ey9Gdlnle7WMrFMpq-sH-4hnl3JIK0JiqV-qQ2yQSe9UC8U4IS2GOUx9cd-lSWWaWuorB1H_1Mj_j\
        9t8iiHN8rlHdiSVmNhJ2uEnVPsFJy4RHnbUSq94ZvPTDl3S4tLlH0sBK_HQmNIem3c_sHkveLGcUx4uqUFZMBamvYCRUSogLI1plFvIr\
        j5aEfawz6wBWv3Q3s3ejpsePvOULQqRTSFU1XfIEWynNquszvZ89962Smtc2s8QCJdyiRIJ2LkTmzLbWGerx5UvLl8T_OEQ2E5eEsZXS\
        n_KZql40WGBSY9iMz572Kc27Wy4dOFEk-GNhDbni73s2URGS0eAGlDwp5Q2__dkfq1YqRkNrjXVnX5OnZYLu4jMn42AqWMniYVWD3AH5\
        jFvRQlRn7EHdLLEemNsKDCo0UrGz9a5TEBPg1HmxkrV2akuC58oOMnyotj6HCfpvYgjmR2jI8mm8WQQ9Vasx2nsgH85Yijykb1QcDdgd\
        TjgiLqccTEBqhqLy_S9MEu7tsMNEFIqy8M2JH7oHn1w2rUYtEC9XdGNIwyyafgvAzvCBc2beKyVDeCR9F7Qko92XS4li4EW0VII8udKq\
        ZDCGFHz-uSNhjmJRUNDZCgZYeVCndQVDac8PuGwQy-bHax73s4CB0ijDVOBypWyEcrTdLVVHlDVUYR46tfsmBDIsTnJRUqLQswHnat5k\
        4XB6FwQiHGjWoF4nMFqMsyyxirZQNPcydBqIrqAmme85ezHguoz11CWD0xr8-LS0ulJzX6CBFwUReZfaJHOWii9dQBMVXUxZRx5qhNil\
        u18YdWW3kQD_VMmeeeTHRcU3gPH9Knebk3SdUXf1ZxkISEinkKr0OnmYsopGoynYE0YsN_QDyYy6Hb3DiGdqTXEXHBg5D9b3ckp17CWl\
        1yIrSPTJYjEOZ0rYy8jlcIqg2AlgJzYIvwynGVLzt3V3Gw0OSf-AcBDx4tLz5HSEtmcHJ3ipiZ5vH8IiYoQIqOkJWevMHSDh0eKFldZo\
        CElKS1uMHCxcnP8B8mOj1RVFdeaoeircrO1uHv9_j-AAAAAAAAAAAAABMfMkY
        """

    static let privateJWK: JSONObject = [
        "kty": "AKP", "alg": "ML-DSA-44", "pub": .string(publicOctets),
        "priv": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    ]

    private func set(_ jwk: JSONObject) throws -> JWKSet {
        try #require(JWKSet(["keys": [.object(jwk)]]))
    }

    private var publicJWK: JSONObject {
        var jwk = Self.privateJWK
        jwk["priv"] = nil
        return jwk
    }

    @Test("FIPS 204 5.3: a token that others made")
    func tokenOfOthersVerifies() throws {
        #expect(try #require(JWS(Self.token)).verify(with: set(publicJWK), algorithm: .mlDSA44) == .genuine)
        let bytes = Self.token.bytes
        let changed = Text(wellFormed: bytes.dropLast(100) + [bytes[bytes.count - 100] ^ 1] + bytes.suffix(99))
        #expect(try JWS(changed)?.verify(with: set(publicJWK), algorithm: .mlDSA44) != .genuine)
    }

    @Test("FIPS 204 6.1: the seed makes the public key; RFC 7638 3.2: alg, kty and pub make the thumbprint")
    func seedIsRead() throws {
        let key = try PrivateKey.read(jwk: Self.privateJWK)
        #expect(key.kind == .mlDSA(.mlDSA44))
        #expect(try key.publicKey.thumbprint() == "XqS8KAWB0Sc42bmWeKxan98eQKcHS4DVOHGc_kr_68E")
        #expect(key.publicKey.jwk?["pub"]?.text == Self.publicOctets)
        for (name, value) in [("priv", "AAAA"), ("priv", nil), ("pub", "AAAA"), ("alg", "ML-DSA-65")] as [(Text, JSON?)]
        {
            var jwk = Self.privateJWK
            jwk[name] = value
            #expect(try refusal { try PrivateKey.read(jwk: jwk) } == .configurationInvalid)
        }
    }

    @Test func signedTokenVerifies() throws {
        let key = try PrivateKey.read(jwk: Self.privateJWK)
        let token = try JWS.sign(["sub": "a"], header: .init(type: "JWT"), with: key, algorithm: .mlDSA44)
        #expect(try #require(JWS(token)).verify(with: set(publicJWK), algorithm: .mlDSA44) == .genuine)
        #expect(
            try refusal { try JWS.sign([:], header: .init(), with: key, algorithm: .mlDSA65) } == .configurationInvalid)
    }

    @Test("draft-ietf-cose-dilithium: a key is for the algorithm that it names, and must name one")
    func algorithmBelongsToTheKey() throws {
        for name in ["ML-DSA-65", "ES256", "ml-dsa-44", .null] as [JSON?] + [nil] {
            var jwk = publicJWK
            jwk["alg"] = name
            #expect(try set(jwk).keys.isEmpty)
        }
        #expect(try set(Self.privateJWK).keys.isEmpty)
    }
}
