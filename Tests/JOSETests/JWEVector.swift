import Basics
import Cryptography
import JOSE
import TestSupport
import Testing

/// Encrypted tokens that others made.
struct JWEVector: CustomTestStringConvertible, Sendable {
    /// Nil for the client secret below.
    let key: KnownKey?
    let algorithm: KeyManagementAlgorithm
    let encryption: ContentEncryption
    let token: Text
    var plaintext = Self.claims
    var source = "joserfc"

    var testDescription: String { "\(source): \(algorithm) \(encryption)" }

    var decryptionKey: DecryptionKey {
        get throws { DecryptionKey(try key.map { .pair(try $0.key) } ?? .clientSecret(Self.clientSecret)) }
    }

    static let claims = #"{"sub":"248289761001"}"#
    static let clientSecret = Secret("the client secret, known to both" as Text)

    private static let imagination = "The true sign of intelligence is not knowledge but imagination."
    private static let friends = """
        You can trust us to stick with you through thick and thin\u{2013}to the bitter end. And you can trust us to keep \
        any secret of yours\u{2013}closer than you keep it yourself. But you cannot trust us to let you face trouble alone, \
        and go off without a word. We are your friends, Frodo.
        """

    static let all = rfc + joserfc

    static let rfc = [
        JWEVector(
            key: .rsa, algorithm: .rsaOAEP, encryption: .a256GCM,
            token: """
                eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckC\
                L9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da1\
                4B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0\
                je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6U\
                S04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZ\
                odetZdvTiFvSkQ
                """,
            plaintext: imagination, source: "RFC 7516 A.1"),
        JWEVector(
            key: .p384, algorithm: .ecdhESA128KW, encryption: .a128GCM,
            token: """
                eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImtpZCI6InBlcmVncmluLnRvb2tAdHVja2Jvcm91Z2guZXhhbXBsZSIsImVwayI6eyJr\
                dHkiOiJFQyIsImNydiI6IlAtMzg0IiwieCI6InVCbzRrSFB3Nmtiang1bDB4b3dyZF9vWXpCbWF6LUdLRlp1NHhBRkZrYllpV2d1\
                dEVLNml1RURzUTZ3TmROZzMiLCJ5Ijoic3AzcDVTR2haVkMyZmFYdW1JLWU5SlUyTW84S3BvWXJGRHI1eVBOVnRXNFBnRXdaT3lR\
                VEEtSmRhWTh0YjdFMCJ9LCJlbmMiOiJBMTI4R0NNIn0.0DJjBXri_kBcC46IkU5_Jk9BqaQeHdv2.mH-G2zVqgztUtnW_.tkZuOO\
                9h95OgHJmkkrfLBisku8rGf6nzVxhRM3sVOhXgz5NJ76oID7lpnAi_cPWJRCjSpAaUZ5dOR3Spy7QuEkmKx8-3RCMhSYMzsXaEwD\
                dXta9Mn5B7cCBoJKB0IgEnj_qfo1hIi-uEkUpOZ8aLTZGHfpl05jMwbKkTe2yK3mjF6SBAsgicQDVCkcY9BLluzx1RmC3ORXaM0J\
                aHPB93YcdSDGgpgBWMVrNU1ErkjcMqMoT_wtCex3w03XdLkjXIuEr2hWgeP-nkUZTPU9EoGSPj6fAS-bSz87RCPrxZdj_iVyC6QW\
                cqAu07WNhjzJEPc4jVntRJ6K53NgPQ5p99l3Z408OUqj4ioYezbS6vTPlQ.WuGzxmcreYjpHGJoa17EBg
                """,
            plaintext: friends, source: "RFC 7520 5.4"),
        JWEVector(
            key: .p256, algorithm: .ecdhES, encryption: .a128CBCHS256,
            token: """
                eyJhbGciOiJFQ0RILUVTIiwia2lkIjoibWVyaWFkb2MuYnJhbmR5YnVja0BidWNrbGFuZC5leGFtcGxlIiwiZXBrIjp7Imt0eSI6\
                IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoibVBVS1RfYkFXR0hJaGcwVHBqanFWc1AxclhXUXVfdndWT0hIdE5rZFlvQSIsInkiOiI4\
                QlFBc0ltR2VBUzQ2ZnlXdzVNaFlmR1RUMElqQnBGdzJTUzM0RHY0SXJzIn0sImVuYyI6IkExMjhDQkMtSFMyNTYifQ..yc9N8v5s\
                Yyv3iGQT926IUg.BoDlwPnTypYq-ivjmQvAYJLb5Q6l-F3LIgQomlz87yW4OPKbWE1zSTEFjDfhU9IPIOSA9Bml4m7iDFwA-1ZXv\
                HteLDtw4R1XRGMEsDIqAYtskTTmzmzNa-_q4F_evAPUmwlO-ZG45Mnq4uhM1fm_D9rBtWolqZSF3xGNNkpOMQKF1Cl8i8wjzRli7\
                -IXgyirlKQsbhhqRzkv8IcY6aHl24j03C-AR2le1r7URUhArM79BY8soZU0lzwI-sD5PZ3l4NDCCei9XkoIAfsXJWmySPoeRb2Ni\
                5UZL4mYpvKDiwmyzGd65KqVw7MsFfI_K767G9C9Azp73gKZD0DyUn1mn0WW5LmyX_yJ-3AROq8p1WZBfG-ZyJ6195_JGG2m9Csg.\
                WCCkNa-x4BeB9hIDIfFuhg
                """,
            plaintext: friends, source: "RFC 7520 5.5"),
    ]

    /// Made with joserfc 1.8.0: jwe.encrypt_compact({"alg": …, "enc": …, "cty": "JWT"}, claims, key), with apu "Alice"
    /// (and apv "Bob") where P-256 is the curve; for the client secret with an OctKey of the left part of its SHA-2 hash.
    static let joserfc = [
        JWEVector(
            key: .rsa, algorithm: .rsaOAEP, encryption: .a128GCM,
            token: """
                eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00iLCJjdHkiOiJKV1QifQ.je46fpWMCKwS8Bs4nkMBi80gFb2pcXMbhjSak\
                PN1lLTaoZM9un_YRRCHGnrrNTmzLw2yxV5sSl22td6pudI-Ztbn9UqZ3JrDWmETQz3fOiMP7r5vDYBdLUmPrpjcTwEge8c75WsYL\
                a8EF2YVfEV6mS86ECa7rq9_Qt5jcPmKcM9e79vHMG5H7GM4gvIDmLxBEXd8BuKWgJlT9mDfUjKSXBDMPLZjU2CkJ1vXfAikUpLRG\
                _VxaDJ2VmmYlEufch3sLJ7Yf1ob1lv6w0Sv8cpYqPlH1xpA4XFVonYEOwK-klEQp43AKW4Y6QNQPfCttszCw0DBDhDHE-hlSSAO7\
                m5OqQ.nMmLvjsRy5Vz6NKu.YPf2pQei99KirI2w-9Y32cdyQRvK3g.cwZq89aIcYZNVQCDG8-Vbw
                """),
        JWEVector(
            key: .rsa, algorithm: .rsaOAEP256, encryption: .a256CBCHS512,
            token: """
                eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwiY3R5IjoiSldUIn0.J1cha7LP1c9PEbgPfKiXSoVB\
                GijfFh9MNoedj7DkrltRRphbhoKBlb_CbsYIQ_Z-y18-dRk1jXNzAVwKpnQdq7XJLcAFOpk4G44Ku0HP5luEBrwGKPcTZgbSYZgn\
                4-79YC-XB7GpVq1j5T6Jc6gepHASjGx0Zm6smfQQZkS9nVLBvdqgkkgEBlmgZ0Jx7fMu1o3xf5CeFpCjxcbCTzeL-qITM5fkq0sG\
                byO9RaqBdG8TW3nVGeJE4SsS_WCHhX_v-QuZvOyizcezOIOJv5vfUCqcMTNg30NVGDfjOBrvFahk8unKNPdOvtnq2A5ZmDnHB91c\
                yW9mF4kIGQEWxuji9Q.NetKVpXGzsyKovWhqkUlBQ.GgoR8ZQnM3bgl5iBTg8r8caRJM_jzRO4Ftkk9i8XNCg.0ypjsLHAX-r540\
                qUZJ9aq29oepTjAIY8yKipmuPjwYc
                """),
        JWEVector(
            key: .p256, algorithm: .ecdhES, encryption: .a128GCM,
            token: """
                eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTEyOEdDTSIsImN0eSI6IkpXVCIsImFwdSI6IlFXeHBZMlUiLCJhcHYiOiJRbTlpIiwi\
                ZXBrIjp7ImNydiI6IlAtMjU2IiwieCI6InE2dXBzME9rMnVfTGpMQnFGSDJoUFF0SVhqN2Q0RjdzMTFfeU1FTmNyOU0iLCJ5Ijoi\
                YWNsNTFpUlVZd0tqSnVFVUxlTTNpQW16cWd4MXFkTzFac0Y4cjdFa0ZSMCIsImt0eSI6IkVDIn19..URZirdI_uuBBP2uA.5UDdM\
                8tghn8V4Vow4YDtGzGC9Y3Prg.5aCabobjuu-WA7RiViKnnw
                """),
        JWEVector(
            key: .p521, algorithm: .ecdhES, encryption: .a256CBCHS512,
            token: """
                eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkNCQy1IUzUxMiIsImN0eSI6IkpXVCIsImVwayI6eyJjcnYiOiJQLTUyMSIsIngi\
                OiJBSE1BdFJuZE5WLWd5QXE0Wnp3amJVV05NTlNRajJjS01XQm1xYnNydnJGUTlTTnhPX21hWVlLVm9pNmdxMkpmWnJhcGdTOVV1\
                YW1LeEhpUlpfVTRqZXdOIiwieSI6IkFjZnFldGEwZkNwUVZVdDNhYXRvcklCQ3JrcldYZDlqVVFrbWtQZEhwS29sT2tvWXItQXpt\
                cUpfdUg2Yks3SkhYR1Q1Yl9hOUo4SHJ2WWIzT1gzeGtiNkYiLCJrdHkiOiJFQyJ9fQ..bBZUvDpnR15UGusjWNe8sg.ZG0D7Ttem\
                uqWa455L8zlfB0J9GI2T6Gt2zYdR5zKG9U.I-f49o5c6HMKuh7kAL7jIxM24qhSr2eclwKrUDBG-_Q
                """),
        JWEVector(
            key: .p256, algorithm: .ecdhESA128KW, encryption: .a192GCM,
            token: """
                eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImVuYyI6IkExOTJHQ00iLCJjdHkiOiJKV1QiLCJhcHUiOiJRV3hwWTJVIiwiZXBrIjp7\
                ImNydiI6IlAtMjU2IiwieCI6ImtfT3p5QWVqeXJJa1lEMk1qWmhPS01xdG9veFBXaHU3OHRUQmF0VTlpeVkiLCJ5IjoiSjJKUjVi\
                N01rY2IweXBNTlBaRzNDZ2ZscXM2dE5acE5sUmVaVUlPYnlkcyIsImt0eSI6IkVDIn19.VNT3cgB_aRVwU0_89Vh5POMCE8v-H5v\
                uVt4DRG96PT0.GKGy1B8YHofWsxu3.LMZHxSYehux0xmzfTLQPCvNmjJcmig.8Vg_u91jtMbsPe4Eomaixw
                """),
        JWEVector(
            key: .p384, algorithm: .ecdhESA192KW, encryption: .a192CBCHS384,
            token: """
                eyJhbGciOiJFQ0RILUVTK0ExOTJLVyIsImVuYyI6IkExOTJDQkMtSFMzODQiLCJjdHkiOiJKV1QiLCJlcGsiOnsiY3J2IjoiUC0z\
                ODQiLCJ4IjoiY2dodHhGempfeG5UdG1EakV6M3c5UWVjb3RCZHUycjUzZ1V0NHpKLVpXX3FJVFRyb1JvMXZ3Nkh2TlBRTmR0VSIs\
                InkiOiJSMmY1WF9OU0tialFtdXpIUWttQ3lKaXlSMVZBaWFVcy05UHBRbmdaUWVMa1pDTE53aGJYcHBnTUxGTzVnaURVIiwia3R5\
                IjoiRUMifX0.72a26YEKuEDLS2Xfohw4lDxq8efsxJP33FMflemJSCSkz8Eyq-0-3nYIX40qm6hsj0hHPJ3eUK4.TMfGT00H3wM6\
                8j0BkFOVZA.zIGcu6miXQwnWO9_0zf5o95mrOYvplwt8tfaI4z-mbk.QhMeZQVQZIMopbm4dzuEnKg0hUOsTH-c
                """),
        JWEVector(
            key: .p521, algorithm: .ecdhESA256KW, encryption: .a256GCM,
            token: """
                eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImVuYyI6IkEyNTZHQ00iLCJjdHkiOiJKV1QiLCJlcGsiOnsiY3J2IjoiUC01MjEiLCJ4\
                IjoiQWNxSnFFQ0djSUJPSTN4a0JITUhQMEs2b29HVGVVZDJjc2FqNDVpZHo3bE9GZHYwTlNmSTYySzBYcWN4VzZyUW1DbGs5eEJt\
                TzBmMmN3Wl9rQWYxdkQ5MSIsInkiOiJBT21OUmc2dlhjU1FZdWRxblRueGE0eEx5c04tcWMtVG9QaXEtYzdmMW9zSVFSb3dzZ2pj\
                VjdISmVYUzl2TmtQXzRvMF9wY0h3dkd4RHpJLTlybW0yS0l6Iiwia3R5IjoiRUMifX0.266H5up0OYLjyFCSTByq2t7KNFrNfZX9\
                TSHaT06rpLxXF5IACmCqbQ.7gQ6jSSd2txDPhDO.uIjLf2QNgMoI7OimjnQj03i-DaMk8A.XVfK7YwUb0rnZId3GbQ2AQ
                """),
        JWEVector(
            key: nil, algorithm: .a128KW, encryption: .a128GCM,
            token: """
                eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4R0NNIiwiY3R5IjoiSldUIn0.h--6z_RIugAUa_XhgW4_BsoKc_QVZFBw.3dIQGn2\
                eksBeb-Ge.sYslqAEq5OZdMXlYiabV5qUn5t6llg.Pj7G_6vB0c1SzQb-7UD6tA
                """),
        JWEVector(
            key: nil, algorithm: .a192KW, encryption: .a256GCM,
            token: """
                eyJhbGciOiJBMTkyS1ciLCJlbmMiOiJBMjU2R0NNIiwiY3R5IjoiSldUIn0.7XCRUeJYUQkQlaFYWsPJQIXcU7pAzTVdVAfInSgY\
                dm2Ki8elQYEPdw._5_tBw3cVvNHunrS.wNCoKJaG5gb9Fn5ZcwOyKrA7xH9dNg.FGk4lJ63cEi08b8WdopkgQ
                """),
        JWEVector(
            key: nil, algorithm: .a256KW, encryption: .a128CBCHS256,
            token: """
                eyJhbGciOiJBMjU2S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiY3R5IjoiSldUIn0.ryCyF2IKiTpCE1pIMUSxLAQF8qqCDWsW\
                1YkGUTxKNJPtNslXYSpcIA.4Nf0v5X9G_-vTpxTKYeDXQ.FagJctoW4HOC-ziEfUxKIiwsuIvwz1FzeOAXFgk4SC0.Bbppo7pbAT\
                nso7yS5TxvRA
                """),
        JWEVector(
            key: nil, algorithm: .dir, encryption: .a128GCM,
            token: """
                eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIiwiY3R5IjoiSldUIn0..dVMCcUp0az2Q5oY_.Wr4xTruc8RtnBBT-LNL2S8OWmA\
                NjUQ.XA30lFPxbNUTMlUJQYpdSw
                """),
        JWEVector(
            key: nil, algorithm: .dir, encryption: .a192GCM,
            token: """
                eyJhbGciOiJkaXIiLCJlbmMiOiJBMTkyR0NNIiwiY3R5IjoiSldUIn0..vUC2zehvgPMkWx-L.yA32t4X1Pm5y0VOfFpGAvq_Irv\
                8cwA.0CEbrOKNhAJoojZXDkNNiA
                """),
        JWEVector(
            key: nil, algorithm: .dir, encryption: .a256GCM,
            token: """
                eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwiY3R5IjoiSldUIn0..49NeGJAnWLpHwwus._GZEXl2nEWHtESSvMPriUjNYDO\
                l7GQ.lJ8Gpnz6vDGVp46SB-SMdA
                """),
        JWEVector(
            key: nil, algorithm: .dir, encryption: .a128CBCHS256,
            token: """
                eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiY3R5IjoiSldUIn0..8Muho8QiQ76_JLI87ijj-Q.FnC8GPc2pLQx\
                Boa4sny0jINMDuaesGJcy8I3VJieqY0.Y0TpTZT69zJZWpzEF6JLiA
                """),
        JWEVector(
            key: nil, algorithm: .dir, encryption: .a192CBCHS384,
            token: """
                eyJhbGciOiJkaXIiLCJlbmMiOiJBMTkyQ0JDLUhTMzg0IiwiY3R5IjoiSldUIn0..Zai8tSbZKSJcxf6lpcE_kw.MfMBkHoq7Vzr\
                uBCFx2U3hpx3ZZLuP6b9JhBYgORE0vU.xoOxZnpuMcfYHiVliFw145bqu-1V-DeG
                """),
        JWEVector(
            key: nil, algorithm: .dir, encryption: .a256CBCHS512,
            token: """
                eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwiY3R5IjoiSldUIn0..YjQIoWiusOIcI-dtR_NL_w.RZIu1Z0ORJRB\
                ni5LDyt80HTNa9MkifWw1KNqr9Z2gcg.D9h_Sg8lrMFHeF229E7jl-eMsHYXo7DWQUfzSxclqZY
                """),
    ]
}
