using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Stauth;

/// <summary>The figures of c.c, from C#. The CPU is that of all threads, compiler and garbage collector included.</summary>
public static class Runtime
{
    [DllImport("libstauth.so.0")]
    private static extern uint st_version_number();

    [DllImport("libc")]
    private static extern int clock_gettime(int clock, [Out] long[] time);

    private static double Cpu()
    {
        var time = new long[2];
        Must(clock_gettime(2, time) == 0); // of the process
        return time[0] + (time[1] / 1e9);
    }

    private static void Must(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("a figure of something that failed");
        }
    }

    private static void HandleRequest(App app, KeyValuePair<string, string[]>[] headers)
    {
        using (Request request = app.Request("GET", "/report?id=3", headers, "192.0.2.7"))
        {
            Must(request.Begin());
            Must(request.User.IsLoggedIn);
            Must(request.Status == 0 && request.Headers().Count > 0);
        }
    }

    private static KeyValuePair<string, string[]> Header(string line)
    {
        string[] parts = line.Split(new[] { ": " }, 2, StringSplitOptions.None);
        return new KeyValuePair<string, string[]>(parts[0], new[] { parts[1] });
    }

    public static void Main(string[] arguments)
    {
        string inputs = arguments[0];
        int turns = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        int iterations = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        Func<string, string> read = name => File.ReadAllText(Path.Combine(inputs, name), Encoding.GetEncoding("ISO-8859-1"));
        var app = new App(Path.Combine(inputs, "secrets"));
        string cookie = read("cookie");
        KeyValuePair<string, string[]>[] headers = read("headers").TrimEnd('\n').Split('\n').Select(Header).ToArray();
        var cases = new Dictionary<string, Action> { { "request, C#", () => HandleRequest(app, headers) } };
        if (arguments.Length == 3)
        {
            cases.Add("cookie, C#", () => Must(app.UserFromCookie(cookie).IsLoggedIn));
            cases.Add("20 foreign calls, C#", () =>
            {
                for (int i = 0; i < 20; i++)
                {
                    Must(st_version_number() > 0);
                }
            });
        }

        for (int turn = -1; turn < turns; turn++)
        {
            foreach (KeyValuePair<string, Action> each in cases)
            {
                double cpu = Cpu();
                Stopwatch wall = Stopwatch.StartNew();
                for (int i = 0; i < iterations; i++)
                {
                    each.Value();
                }

                double spent = wall.Elapsed.TotalSeconds;
                double used = Cpu() - cpu;
                if (turn >= 0)
                {
                    string figures = string.Format(CultureInfo.InvariantCulture,
                        "\"iterations\": {0}, \"seconds\": {1:F9}, \"wall\": {2:F9}", iterations, used, spent);
                    Console.WriteLine("{\"name\": \"" + each.Key + "\", " + figures + "}");
                }
            }
        }
    }
}
