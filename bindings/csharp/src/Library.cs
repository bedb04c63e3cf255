using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Stauth
{
    /// <summary>Finds libstauth.so.0, loads it once, and passes text and errors between C and C#.</summary>
    internal static class Library
    {
        /// <summary>The header that this binding was written for. Before 1.0, the same minor number means the same ABI.
        /// </summary>
        internal const uint Version = 2;
        internal const int Respond = 1;
        internal const int NetworkError = 3;
        private const int ReadLazilyAndLocally = 1;
        private static readonly Encoding Utf8 = new UTF8Encoding(false, true);
        private static readonly Encoding Latin1 = Encoding.GetEncoding(28591);
        private static readonly object Loading = new object();
        private static bool isLoaded;

        /// <summary>Loads the library on the first call. The runtime then finds it by its name.</summary>
        internal static void Load()
        {
            lock (Loading)
            {
                if (!isLoaded)
                {
                    Open(Environment.GetEnvironmentVariable("STAUTH_LIBRARY"));
                    isLoaded = true;
                }
            }
        }

        private static void Open(string named)
        {
            var tried = new List<string>();
            foreach (string file in string.IsNullOrEmpty(named) ? Candidates() : new[] { named })
            {
                string problem = Problem(file);
                if (problem == null)
                {
                    return;
                }

                tried.Add(file + ": " + problem);
            }

            throw new LibraryNotFoundException(Declarations.Library + " could not be loaded. Install the library, or set"
                + " STAUTH_LIBRARY to the file. Tried:\n" + string.Join("\n", tried));
        }

        private static IEnumerable<string> Candidates()
        {
            string folder = Path.GetDirectoryName(typeof(Library).Assembly.Location);
            foreach (string place in new[] { ".", "runtimes/linux-x64/native" })
            {
                string file = Path.GetFullPath(Path.Combine(folder, place, Declarations.Library));
                if (File.Exists(file))
                {
                    yield return file;
                }
            }

            yield return Declarations.Library;
        }

        /// <summary>Why a file is not the library; null if it is, and now loaded.</summary>
        private static string Problem(string file)
        {
            IntPtr opened = dlopen(Text(file), ReadLazilyAndLocally);
            if (opened == IntPtr.Zero)
            {
                return TextAt(dlerror());
            }

            if (dlsym(opened, Text("st_request_response_headers")) == IntPtr.Zero)
            {
                return "is another library";
            }

            return VersionProblem(LoadedVersion(), Version);
        }

        /// <summary>A method of its own: Mono looks for the function as soon as it compiles what calls it.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static uint LoadedVersion()
        {
            return Declarations.st_version_number();
        }

        internal static string VersionProblem(uint number, uint wanted)
        {
            uint found = number / 100;
            return found == wanted ? null : "is version " + (found / 100) + "." + (found % 100) + ", and "
                + (wanted / 100) + "." + (wanted % 100) + " is needed";
        }

        [DllImport("libdl.so.2", CallingConvention = CallingConvention.Cdecl)]
        private static extern IntPtr dlopen(byte[] file, int flags);

        [DllImport("libdl.so.2", CallingConvention = CallingConvention.Cdecl)]
        private static extern IntPtr dlsym(IntPtr library, byte[] name);

        [DllImport("libdl.so.2", CallingConvention = CallingConvention.Cdecl)]
        private static extern IntPtr dlerror();

        /// <summary>Throws the error that a call has stored, and frees it.</summary>
        internal static void Check(int status, IntPtr error)
        {
            if (status == 0)
            {
                return;
            }

            try
            {
                throw Failure(status, error);
            }
            finally
            {
                Declarations.st_error_free(error);
            }
        }

        /// <summary>An st_error as an exception. The caller still frees the error.</summary>
        internal static StauthException Failure(int status, IntPtr error)
        {
            string message = TextAt(Declarations.st_error_message(error));
            string code = TextAt(Declarations.st_error_code(error));
            if (message == null || code == null)
            {
                string name = TextAt(Declarations.st_status_name(status));
                return new InternalException("the library failed without a reason: " + name);
            }

            return StauthException.Of(
                status,
                new StauthException.Details(message, code, Declarations.st_error_http_status(error))
                {
                    ProviderCode = TextAt(Declarations.st_error_provider_code(error)),
                    ProviderDescription = TextAt(Declarations.st_error_provider_description(error)),
                });
        }

        /// <summary>Text for C, which ends with 0; NULL for null.</summary>
        internal static byte[] Text(string value)
        {
            return value == null ? null : Encoded(value, Utf8);
        }

        /// <summary>What came over HTTP, for C: servers decode it as Latin-1, so each character is the byte that was
        /// received. Text with others was not received, but written by a program, and becomes UTF-8.</summary>
        internal static byte[] Octets(string value)
        {
            foreach (char unit in value)
            {
                if (unit > 255)
                {
                    return Encoded(value, Utf8);
                }
            }

            return Encoded(value, Latin1);
        }

        private static byte[] Encoded(string value, Encoding encoding)
        {
            if (value.IndexOf('\0') >= 0)
            {
                throw new InvalidArgumentException("text must not contain a NUL", "invalid_text");
            }

            try
            {
                return encoding.GetBytes(value + "\0");
            }
            catch (EncoderFallbackException)
            {
                throw new InvalidArgumentException("text must not contain half a character", "invalid_text");
            }
        }

        /// <summary>The length of text that ends with 0, without the 0.</summary>
        internal static UIntPtr Length(byte[] text)
        {
            return (UIntPtr)(uint)(text.Length - 1);
        }

        /// <summary>The text at an address, or null at NULL.</summary>
        internal static string TextAt(IntPtr address)
        {
            if (address == IntPtr.Zero)
            {
                return null;
            }

            int length = 0;
            while (Marshal.ReadByte(address, length) != 0)
            {
                length++;
            }

            return Encoding.UTF8.GetString(BytesAt(address, (UIntPtr)(uint)length));
        }

        internal static string TextAt(IntPtr address, UIntPtr length)
        {
            return Encoding.UTF8.GetString(BytesAt(address, length));
        }

        internal static byte[] BytesAt(IntPtr address, UIntPtr length)
        {
            var bytes = new byte[checked((int)length)];
            if (bytes.Length > 0)
            {
                Marshal.Copy(address, bytes, 0, bytes.Length);
            }

            return bytes;
        }
    }
}
