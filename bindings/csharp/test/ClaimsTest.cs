using System.Collections.Generic;
using Stauth.Testing;

namespace Stauth.Tests
{
    internal sealed class ClaimsTest
    {
        internal void TestValues()
        {
            var user = new User("{\"is_logged_in\":true,\"a\":\"x\",\"n\":-1.5e3,\"l\":[1,{\"a\":\"]}\"}],\"o\":{\"e\":{}},"
                + "\"no\":null,\"f\":false,\"\":\"empty\",\"e\":\"\",\"last\":\"z\"}");
            var expected = new Dictionary<string, string>
            {
                { "is_logged_in", "true" }, { "a", "x" }, { "n", "-1.5e3" }, { "l", "[1,{\"a\":\"]}\"}]" },
                { "o", "{\"e\":{}}" }, { "f", "false" }, { string.Empty, "empty" }, { "e", string.Empty }, { "last", "z" },
                { "no", null }, { "z", null }, { "x", null },
            };
            foreach (KeyValuePair<string, string> claim in expected)
            {
                Check.Equal(claim.Value, user[claim.Key]);
            }

            Check.Equal("false", User.Anonymous["is_logged_in"]);
            Check.Equal(null, User.Anonymous["sub"]);
        }

        internal void TestEscapes()
        {
            var user = new User("{\"q\\\"\\\\\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\ude00\",\"x\":\"\\\\\",\"y\":1}");
            Check.Equal("\"\\/\b\f\n\r\t\u00e4\ud83d\ude00", user["q\"\\"]);
            Check.Equal("\\", user["x"]);
            Check.Equal("1", user["y"]);
        }

        /// <summary>A claim whose text looks like JSON is text.</summary>
        internal void TestTextThatLooksLikeAMember()
        {
            var user = new User("{\"is_logged_in\":true,\"name\":\"x\\\",\\\"email\\\":\\\"admin@example.org\","
                + "\"l\":[\"email\",\"no\"],\"o\":{\"email\":\"no\"},\"email\":\"ada@example.org\"}");
            Check.Equal("ada@example.org", user["email"]);
        }

        /// <summary>Of every kind, through a complete login.</summary>
        internal void TestClaimsOfALogin()
        {
            string odd = "\u00e4\"\\\n\t\u2028\ud83d\ude00</script>\u0001";
            var inner = new Dictionary<string, object> { { "b", "\"" } };
            var claims = new Dictionary<string, object>
            {
                { "odd", odd }, { "o", new object[] { "}", inner, null } }, { "yes", true }, { "big", 1L << 53 }, { odd, "name" },
            };
            User user = Check.Begun(new TestApp(), claims).User;
            Check.Equal(odd, user["odd"]);
            Check.Equal("name", user[odd]);
            Check.Equal("true 9007199254740992", user["yes"] + " " + user["big"]);
            Check.Equal("[\"}\",{\"b\":\"\\\"\"},null]", user["o"]);
        }
    }
}
