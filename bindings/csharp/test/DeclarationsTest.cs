using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Stauth.Tests
{
    /// <summary>The binding's declarations say what stauth.h says.</summary>
    internal sealed class DeclarationsTest
    {
        private static readonly string Header = File.ReadAllText(Path.Combine(Check.Root, "include/stauth.h"));
        private static readonly string Code = Regex.Replace(
            Regex.Replace(Header, @"(?s)/\*.*?\*/", " "), @"(?m)^#(?:.*\\\n)*.*$", " ");

        /// <summary>What this binding does not call, and why.</summary>
        private static readonly Dictionary<string, string> Unused = new Dictionary<string, string>
        {
            { "the number is enough to compare", "st_version_string" },
            { "for tests of the library", "st_config_set_clock st_config_set_random" },
            { ".NET programs keep an App", "st_app_shared" },
            { ".NET programs use Redis", "st_config_set_session_store st_record_set" },
            { "operators revoke by other means", "st_app_end_sessions" },
            {
                "for programs without a site", "st_native_new st_native_login st_native_callback st_native_device_login "
                + "st_native_poll st_native_is_pending st_native_wait_ms st_native_expires_in "
                + "st_native_url st_native_verification_uri st_native_user_code st_native_session"
            },
            {
                "threads may wait", "st_config_set_event_loop st_request_exchange st_request_resume st_request_new_preload "
                + "st_request_may_block st_request_login_may_block st_request_logout_may_block st_request_loads_page"
            },
            {
                "only the provider of tests has a transport", "st_exchange_method st_exchange_header_name "
                + "st_exchange_header_value st_exchange_timeout_ms st_exchange_connect_timeout_ms st_exchange_proxy "
                + "st_exchange_ca_file st_exchange_allows_loopback"
            },
            {
                "all headers in one call",
                "st_request_add_header st_request_response_header_count st_request_response_header"
            },
            { "a delegate is better", "st_config_log_to_fd" },
            { "a User outlives its request, or has none", "st_request_is_logged_in st_request_claim" },
            { "tasks share threads", "st_request_bind st_request_unbind st_login st_logout st_user_json" },
        };

        private static readonly Dictionary<string, Type> Numbers = new Dictionary<string, Type>
        {
            { "void", typeof(void) }, { "int32_t", typeof(int) }, { "st_status", typeof(int) },
            { "st_action", typeof(int) }, { "uint32_t", typeof(uint) }, { "int64_t", typeof(long) },
            { "size_t", typeof(UIntPtr) },
        };

        private static readonly Dictionary<string, Type> Callbacks = new Dictionary<string, Type>
        {
            { "st_log", typeof(Declarations.LogFunction) }, { "st_transport", typeof(Declarations.TransportFunction) },
            { "st_release", typeof(Declarations.ReleaseFunction) },
        };

        private static IEnumerable<MethodInfo> Ours
        {
            get
            {
                return typeof(Declarations).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
                    .Where(method => method.Name.StartsWith("st_", StringComparison.Ordinal));
            }
        }

        internal void TestHeaderIsUnderstood()
        {
            int declared = Regex.Matches(Header, "ST_API ").Count - Regex.Matches(Header, "#define ST_API ").Count;
            Check.Equal(declared, Functions().Count);
        }

        internal void TestSameFunctions()
        {
            var unused = Unused.Values.SelectMany(names => names.Split(' ')).ToList();
            Check.Equal(string.Empty, string.Join(" ", unused.Except(Functions().Keys)));
            Check.Equal(
                string.Join(" ", Functions().Keys.Except(unused).OrderBy(name => name)),
                string.Join(" ", Ours.Select(method => method.Name).OrderBy(name => name)));
        }

        internal void TestSameTypes()
        {
            var functions = Functions();
            foreach (MethodInfo method in Ours)
            {
                Match function = functions[method.Name];
                string declared = function.Groups[1].Value.Trim();
                var types = new List<Type> { declared.EndsWith("*") ? typeof(IntPtr) : Numbers[declared] };
                types.AddRange(ParametersOf(function.Groups[3].Value).Select(TypeOf));
                var found = new List<Type> { method.ReturnType };
                found.AddRange(method.GetParameters().Select(parameter => parameter.ParameterType));
                Check.Equal(method.Name + ": " + string.Join(" ", types), method.Name + ": " + string.Join(" ", found));
            }
        }

        internal void TestCallingConvention()
        {
            foreach (MethodInfo method in Ours)
            {
                var import = method.GetCustomAttribute<DllImportAttribute>();
                Check.Equal("libstauth.so.0 Cdecl", import.Value + " " + import.CallingConvention);
                Check.That(!import.SetLastError && import.EntryPoint == method.Name, import.EntryPoint);
            }

            foreach (Type type in Callbacks.Values)
            {
                var convention = type.GetCustomAttribute<UnmanagedFunctionPointerAttribute>().CallingConvention;
                Check.Equal(CallingConvention.Cdecl, convention);
            }
        }

        internal void TestSameCallbacks()
        {
            foreach (KeyValuePair<string, Type> callback in Callbacks)
            {
                Match match = Regex.Match(Code, @"(?s)typedef (\w+) \(\*" + callback.Key + @"\)\((.*?)\);");
                MethodInfo invoke = callback.Value.GetMethod("Invoke");
                Check.Equal(Numbers[match.Groups[1].Value], invoke.ReturnType);
                var types = ParametersOf(match.Groups[2].Value)
                    .Select(text => text.Contains("*") ? typeof(IntPtr) : TypeOf(text));
                Check.That(types.SequenceEqual(invoke.GetParameters().Select(found => found.ParameterType)), callback.Key);
            }
        }

        internal void TestStatuses()
        {
            string section = Regex.Match(Header, @"(?s)ST_OK = 0.*?\};").Value;
            MatchCollection names = Regex.Matches(section, @"ST_(\w+) = (\d+)");
            Check.Equal(names.Count - 1, StauthException.Kinds.Length);
            foreach (Match name in names.Cast<Match>().Skip(1))
            {
                var details = new StauthException.Details("m", "c", 500);
                string kind = StauthException.Of(int.Parse(name.Groups[2].Value), details).GetType().Name;
                string expected = Regex.Replace(name.Groups[1].Value, "_ERROR$", string.Empty).Replace("_", string.Empty);
                Check.Equal(expected + "EXCEPTION", kind.ToUpperInvariant());
            }

            Type later = StauthException.Of(99, new StauthException.Details("m", "c", 500)).GetType();
            Check.Equal(typeof(StauthException), later);
        }

        internal void TestRequestHeaders()
        {
            string listed = Regex.Match(Header, @"Add all of them, or at least ([\w ,\n-]+);").Groups[1].Value;
            Check.That(HeaderBlock.Names.SetEquals(Regex.Split(listed, @",\s+|\s+and\s+")), listed);
        }

        internal void TestNumbers()
        {
            string words = Regex.Replace(Header, @"\s+", " ");
            Check.Contains(
                words, "so. At most 64 KiB", "65,536 bytes always suffice", "ST_RESPOND = " + Library.Respond + ",",
                "ST_NETWORK_ERROR = " + Library.NetworkError + ",",
                "enum { ST_LOG_INFO = 1, ST_LOG_WARNING = 2, ST_LOG_ERROR = 3 }");
            Check.Equal(65536, Request.LongestBody);
            Check.Equal(65536, App.LongestUser);
        }

        internal void TestVersion()
        {
            uint number = uint.Parse(Regex.Match(Header, @"#define ST_VERSION_NUMBER (\d+)u").Groups[1].Value);
            Check.Equal(Library.Version, number / 100);
            Library.Load();
            Check.Equal(null, Library.VersionProblem(number, Library.Version));
            Check.Equal("is version 0.2, and 9.9 is needed", Library.VersionProblem(number, 909));
        }

        private static Dictionary<string, Match> Functions()
        {
            return Regex.Matches(Code, @"(?s)ST_API\s+([^;(]*?)(\w+)\(([^;]*?)\);").Cast<Match>()
                .ToDictionary(match => match.Groups[2].Value);
        }

        private static IEnumerable<string> ParametersOf(string list)
        {
            return list.Split(',').Select(text => Regex.Replace(text.Trim(), @"\s+", " ")).Where(text => text != "void");
        }

        private static Type TypeOf(string declared)
        {
            string type = Regex.Replace(declared, @"\s*\w+$", string.Empty);
            if (Callbacks.ContainsKey(type))
            {
                return Callbacks[type];
            }

            if (declared == "char *buffer" || Regex.IsMatch(declared, @"^const char \*\w+$"))
            {
                return typeof(byte[]);
            }

            if (Regex.IsMatch(declared, @"^const char \*const \*\w+$"))
            {
                return typeof(IntPtr[]);
            }

            if (declared.Contains("**"))
            {
                return typeof(IntPtr).MakeByRefType();
            }

            Match output = Regex.Match(declared, @"^(size_t|int64_t|int32_t|st_action) \*\w+$");
            return output.Success ? Numbers[output.Groups[1].Value].MakeByRefType()
                : type.EndsWith("*", StringComparison.Ordinal) ? typeof(IntPtr) : Numbers[type];
        }
    }
}
