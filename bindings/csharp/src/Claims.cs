using System.Globalization;
using System.Text;

namespace Stauth
{
    /// <summary>Finds one member of the JSON object that the library writes, as st_request_claim() does: text as it is, any
    /// other value as JSON. .NET Standard has no JSON of its own, and programs that want all of it have a library that they
    /// like.</summary>
    internal sealed class Claims
    {
        private readonly string json;
        private int position = 1; // after the brace

        private Claims(string json)
        {
            this.json = json;
        }

        /// <summary>Null if there is no such member, or it is null.</summary>
        internal static string Find(string json, string name)
        {
            return new Claims(json).Member(name);
        }

        private string Member(string name)
        {
            while (position < json.Length && json[position] == '"')
            {
                bool isWanted = Text() == name;
                position++; // the colon
                if (isWanted)
                {
                    return Value();
                }

                Skip();
                position++; // a comma, or the last brace
            }

            return null;
        }

        private string Value()
        {
            if (json[position] == '"')
            {
                return Text();
            }

            int first = position;
            Skip();
            string found = json.Substring(first, position - first);
            return found == "null" ? null : found;
        }

        /// <summary>Moves behind a value.</summary>
        private void Skip()
        {
            for (int depth = 0; position < json.Length; position++)
            {
                char unit = json[position];
                if (unit == '"')
                {
                    Text();
                    position--;
                }
                else if (unit == '{' || unit == '[')
                {
                    depth++;
                }
                else if (depth == 0 && (unit == ',' || unit == '}'))
                {
                    return;
                }
                else if (unit == '}' || unit == ']')
                {
                    depth--;
                }
            }
        }

        /// <summary>Reads text, and moves behind its last quote.</summary>
        private string Text()
        {
            var found = new StringBuilder();
            for (position++; json[position] != '"'; position++)
            {
                found.Append(json[position] == '\\' ? Escaped() : json[position]);
            }

            position++;
            return found.ToString();
        }

        private char Escaped()
        {
            char unit = json[++position];
            switch (unit)
            {
                case 'b':
                    return '\b';
                case 'f':
                    return '\f';
                case 'n':
                    return '\n';
                case 'r':
                    return '\r';
                case 't':
                    return '\t';
                case 'u':
                    position += 4;
                    string digits = json.Substring(position - 3, 4);
                    return (char)int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                default:
                    return unit;
            }
        }
    }
}
