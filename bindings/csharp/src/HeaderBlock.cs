using System;
using System.Collections.Generic;
using System.IO;

namespace Stauth
{
    /// <summary>All headers of a message as one block, "name NUL value NUL" for each.</summary>
    internal static class HeaderBlock
    {
        /// <summary>Those that st_request_add_header() asks for. It ignores all others.</summary>
        internal static readonly HashSet<string> Names = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "cookie", "origin", "referer", "sec-fetch-site", "sec-fetch-mode", "sec-purpose", "purpose", "x-purpose", "x-moz",
            "upgrade", "content-type", "accept", "accept-language", "authorization", "dpop", "access-control-request-method",
            "host", "x-forwarded-host", "x-forwarded-proto", "x-request-id",
            "secure-session-response", "sec-secure-session-id", "secure-session-skipped",
        };

        /// <summary>The block of those that the library uses.</summary>
        internal static byte[] Of(IEnumerable<KeyValuePair<string, string[]>> headers)
        {
            var block = new MemoryStream(1024);
            foreach (KeyValuePair<string, string[]> header in headers)
            {
                if (!Names.Contains(header.Key))
                {
                    continue;
                }

                byte[] name = Library.Octets(header.Key);
                foreach (string text in header.Value)
                {
                    byte[] value = Library.Octets(text);
                    block.Write(name, 0, name.Length);
                    block.Write(value, 0, value.Length);
                }
            }

            return block.ToArray();
        }

        internal static List<KeyValuePair<string, string>> Read(string block)
        {
            var found = new List<KeyValuePair<string, string>>();
            for (int position = 0; position < block.Length;)
            {
                int name = block.IndexOf('\0', position);
                int value = block.IndexOf('\0', name + 1);
                found.Add(new KeyValuePair<string, string>(
                    block.Substring(position, name - position), block.Substring(name + 1, value - name - 1)));
                position = value + 1;
            }

            return found;
        }
    }
}
