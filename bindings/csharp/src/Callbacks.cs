using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Stauth
{
    /// <summary>How important an event is.</summary>
    public enum LogLevel
    {
        /// <summary>What happens all the time.</summary>
        Info = 1,

        /// <summary>What a user or an operator may have to know.</summary>
        Warning = 2,

        /// <summary>What the operator must mend.</summary>
        Error = 3,
    }

    /// <summary>The functions that the library calls. There is one delegate of each kind for all applications, which static
    /// fields keep for as long as the process runs: the garbage collector never frees one that C may call. The user data
    /// that C keeps is the number of the program's own function. The library releases the number when it will never use it
    /// again.</summary>
    internal static class Callbacks
    {
        private static readonly ConcurrentDictionary<IntPtr, Delegate> Kept = new ConcurrentDictionary<IntPtr, Delegate>();
        private static readonly Declarations.LogFunction Log = WriteEvent;
        private static readonly Declarations.TransportFunction Transport = ExchangeMessages;
        private static readonly Declarations.ReleaseFunction Release = Forget;
        private static long lastNumber;

        private delegate int Setter(IntPtr number, out IntPtr error);

        internal static void SetLog(IntPtr config, Action<LogLevel, string> log)
        {
            Keep(log, (IntPtr number, out IntPtr error) =>
                Declarations.st_config_set_log(config, Log, number, Release, out error));
        }

        /// <summary>The transport answers an exchange, or throws; see st_transport.</summary>
        internal static void SetTransport(IntPtr config, Action<IntPtr> transport)
        {
            Keep(transport, (IntPtr number, out IntPtr error) =>
                Declarations.st_config_set_transport(config, Transport, number, Release, out error));
        }

        private static void Keep(Delegate function, Setter set)
        {
            var number = (IntPtr)Interlocked.Increment(ref lastNumber);
            Kept[number] = function;
            IntPtr error;
            int status = set(number, out error);
            if (status != 0)
            {
                Forget(number); // the library releases only what it took
            }

            Library.Check(status, error);
        }

        /// <summary>Warnings and errors go to stderr, or what STAUTH_LOG asks for.</summary>
        internal static Action<LogLevel, string> StandardLog(string name, Action<string> write)
        {
            LogLevel least = LogLevel.Warning;
            if (name == "info")
            {
                least = LogLevel.Info;
            }
            else if (name == "error")
            {
                least = LogLevel.Error;
            }
            else if (!string.IsNullOrEmpty(name) && name != "warning")
            {
                write("STAUTH_LOG must be info, warning or error, not \"" + name + "\"");
            }

            return (level, line) =>
            {
                if (level >= least)
                {
                    write(level.ToString().ToLowerInvariant() + ": " + line);
                }
            };
        }

        /// <summary>Whether the library may still call a function, for tests.</summary>
        internal static bool IsKept(Delegate function)
        {
            return Kept.Values.Contains(function);
        }

        // What a program's function throws ends here: C cannot pass it on.
        private static void WriteEvent(int level, IntPtr line, IntPtr number)
        {
            try
            {
                var known = level == 1 || level == 3 ? (LogLevel)level : LogLevel.Warning;
                ((Action<LogLevel, string>)Kept[number])(known, Library.TextAt(line));
            }
            catch (ThreadAbortException)
            {
                // Mono ends its background threads in this way; it goes on once C has returned
            }
            catch (Exception thrown)
            {
                Report("log", thrown);
            }
        }

        private static int ExchangeMessages(IntPtr exchange, IntPtr number)
        {
            try
            {
                ((Action<IntPtr>)Kept[number])(exchange);
                return 0;
            }
            catch (ThreadAbortException)
            {
                return Library.NetworkError;
            }
            catch (Exception thrown)
            {
                Report("transport", thrown);
                return Library.NetworkError;
            }
        }

        private static void Forget(IntPtr number)
        {
            Delegate forgotten;
            Kept.TryRemove(number, out forgotten);
        }

        private static void Report(string what, Exception thrown)
        {
            Console.Error.WriteLine("stauth: the " + what + " function failed: " + thrown.GetType() + ": " + thrown.Message);
        }
    }
}
