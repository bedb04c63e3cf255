using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Stauth.Testing
{
    /// <summary>Answers the library's requests inside of the process.</summary>
    internal sealed class TestProvider
    {
        internal const string Issuer = "https://provider.test";
        private const string Metadata = "/.well-known/openid-configuration";
        private const string Client = "test";
        private readonly string secret = Random();
        private readonly ConcurrentDictionary<string, Dictionary<string, object>> claims =
            new ConcurrentDictionary<string, Dictionary<string, object>>(); // by code or refresh token

        internal static string Random()
        {
            var bytes = new byte[32];
            using (var generator = RandomNumberGenerator.Create())
            {
                generator.GetBytes(bytes);
            }

            return string.Concat(bytes.Select(octet => octet.ToString("x2")));
        }

        internal IDictionary<string, string> Settings()
        {
            return new Dictionary<string, string>
            {
                { "auth.client_id", Client }, { "auth.client_secret", secret },
                { "auth.server_metadata_url", Issuer + Metadata }, { "auth.id_token_signed_response_alg", "HS256" },
            };
        }

        /// <summary>Stands in for the user's consent: a code for these claims.</summary>
        internal string Authorize(Dictionary<string, object> granted)
        {
            string code = Random();
            claims[code] = granted;
            return code;
        }

        /// <summary>The transport of the application.</summary>
        internal void Answer(IntPtr exchange)
        {
            IntPtr sent, error;
            UIntPtr length;
            int status = Declarations.st_exchange_body(exchange, out sent, out length, out error);
            Library.Check(status, error);
            string path = Library.TextAt(Declarations.st_exchange_url(exchange)).Substring(Issuer.Length);
            byte[] body = Encoding.UTF8.GetBytes(Json(Reply(path, Library.TextAt(sent, length))));
            byte[] type = Library.Text("application/json");
            status = Declarations.st_exchange_add_header(exchange, Library.Text("Content-Type"), type, out error);
            Library.Check(status, error);
            status = Declarations.st_exchange_respond(exchange, 200, body, (UIntPtr)(uint)body.Length, out error);
            Library.Check(status, error);
        }

        private static string Encoded(byte[] bytes)
        {
            return Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        }

        private static string Json(object value)
        {
            var members = value as IDictionary;
            if (members != null)
            {
                return "{" + string.Join(",", members.Keys.Cast<object>().Select(
                    key => Quoted((string)key) + ":" + Json(members[key]))) + "}";
            }

            var text = value as string;
            if (text != null)
            {
                return Quoted(text);
            }

            var values = value as IEnumerable;
            if (values != null)
            {
                return "[" + string.Join(",", values.Cast<object>().Select(Json)) + "]";
            }

            return value == null ? "null" : Convert.ToString(value, CultureInfo.InvariantCulture).ToLowerInvariant();
        }

        private static string Quoted(string text)
        {
            return "\"" + string.Concat(text.Select(unit => unit < ' ' || unit == '"' || unit == '\\'
                ? "\\u" + ((int)unit).ToString("x4") : unit.ToString())) + "\"";
        }

        private Dictionary<string, object> Reply(string path, string sent)
        {
            if (path == Metadata)
            {
                return new Dictionary<string, object>
                {
                    { "issuer", Issuer }, { "authorization_endpoint", Issuer + "/authorize" },
                    { "token_endpoint", Issuer + "/token" }, { "jwks_uri", Issuer + "/keys" },
                    { "response_types_supported", new[] { "code" } }, { "subject_types_supported", new[] { "public" } },
                    { "id_token_signing_alg_values_supported", new[] { "HS256" } },
                    { "authorization_response_iss_parameter_supported", true },
                };
            }

            if (path == "/keys")
            {
                return new Dictionary<string, object> { { "keys", new object[0] } }; // the client's secret signs
            }

            IDictionary<string, string> form = TestApp.Form(sent);
            Dictionary<string, object> granted;
            claims.TryRemove(form[form.ContainsKey("code") ? "code" : "refresh_token"], out granted);
            return new Dictionary<string, object>
            {
                { "access_token", Random() }, { "token_type", "Bearer" }, { "expires_in", 3600 },
                { "refresh_token", Authorize(granted) }, { "id_token", IdToken(granted) },
            };
        }

        private string IdToken(Dictionary<string, object> granted)
        {
            long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var all = new Dictionary<string, object> { { "aud", Client }, { "iat", now }, { "exp", now + 300 } };
            foreach (KeyValuePair<string, object> claim in granted)
            {
                all[claim.Key] = claim.Value;
            }

            string signed = Encoded(Encoding.UTF8.GetBytes("{\"alg\":\"HS256\"}")) + "."
                + Encoded(Encoding.UTF8.GetBytes(Json(all)));
            using (var mac = new HMACSHA256(Encoding.UTF8.GetBytes(secret)))
            {
                return signed + "." + Encoded(mac.ComputeHash(Encoding.UTF8.GetBytes(signed)));
            }
        }
    }
}
