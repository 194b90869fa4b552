using System.Text;

namespace Cake.MultiStage.Dockerfiles.Reading;

/// <summary>A word without its quotes and escapes.</summary>
/// <param name="Text">The word as records hold it: variables stand in it, and <c>\$</c> is a dollar sign.</param>
/// <param name="Literal">The word itself, or <see langword="null"/> where variables stand in it.</param>
internal sealed record ReadWord(string Text, string? Literal);

/// <summary>
/// Takes quotes and escapes away as BuildKit's <c>shell.Lex</c> does, and leaves the variables. What a record can't hold, such as
/// <c>${X##"$Y"}</c>, is told as <see langword="null"/>: then the instruction stays as it is written.
/// </summary>
internal sealed class WordReader
{
    // Deeper ones are nobody's.
    private const int DeepestVariable = 32;

    private readonly string _word;
    private readonly char _escape;
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _literal = new();
    private bool _hasVariables;
    private bool _dollarBefore;
    private int _at;

    private WordReader(string word, char escape) => (_word, _escape) = (word, escape);

    /// <summary>Reads a word of any length, spaces in it too.</summary>
    public static ReadWord? Read(string word, char escape)
    {
        var reader = new WordReader(word, escape);
        var fits = reader.ReadTo(end: null, depth: 0);
        reader.EndDollar(next: '\0');
        return fits ? new ReadWord(reader._text.ToString(), reader._hasVariables ? null : reader._literal.ToString()) : null;
    }

    private bool ReadTo(char? end, int depth)
    {
        while (_at < _word.Length && _word[_at] != end)
        {
            var fits = _word[_at] switch
            {
                '\'' => ReadSingleQuotes(depth),
                '"' => ReadDoubleQuotes(depth),
                '$' => ReadDollar(depth),
                var c when c == _escape => ReadEscape(depth),
                var c => Literal(c, depth) && Advance(1),
            };
            if (!fits)
            {
                return false;
            }
        }

        return end is null || _at < _word.Length;
    }

    private bool ReadSingleQuotes(int depth)
    {
        var end = _word.IndexOf('\'', _at + 1);
        if (end < 0)
        {
            return false;
        }

        foreach (var c in _word.AsSpan((_at + 1)..end))
        {
            if (!Literal(c, depth))
            {
                return false;
            }
        }

        _at = end + 1;
        return true;
    }

    private bool ReadDoubleQuotes(int depth)
    {
        _at++;
        while (_at < _word.Length && _word[_at] != '"')
        {
            var next = _at + 1 < _word.Length ? _word[_at + 1] : '\0';
            var fits = _word[_at] == '$' ? ReadDollar(depth)
                : _word[_at] == _escape && (next is '"' or '$' || next == _escape) ? Literal(next, depth) && Advance(2)
                : Literal(_word[_at], depth) && Advance(1);
            if (!fits)
            {
                return false;
            }
        }

        return _at < _word.Length && Advance(1);
    }

    // At the end of the word it is nothing.
    private bool ReadEscape(int depth) => _at + 1 == _word.Length ? Advance(1) : Literal(_word[_at + 1], depth) && Advance(2);

    private bool ReadDollar(int depth)
    {
        var next = _at + 1 < _word.Length ? _word[_at + 1] : '\0';
        if (next != '{' && !char.IsLetter(next) && next != '_')
        {
            // Special parameters, $1 and the like, are empty to Docker; before anything else the sign is itself.
            var end = _at + 1;
            while (end < _word.Length && char.IsDigit(_word[end]))
            {
                end++;
            }

            return end > _at + 1 ? Advance(end - _at)
                : next is '@' or '*' or '#' or '?' or '-' or '$' or '!' ? Advance(2)
                : Literal('$', depth) && Advance(1);
        }

        // A backslash before it would make it a dollar sign.
        EndDollar(next: '\0');
        if (depth == DeepestVariable || (_text.Length > 0 && _text[^1] == '\\'))
        {
            return false;
        }

        _hasVariables = true;
        return next == '{' ? ReadBraces(depth) : ReadPlain();
    }

    private bool ReadPlain()
    {
        var end = EndOfName(_at + 1);
        _text.Append(_word, _at, end - _at);
        return Advance(end - _at);
    }

    private bool ReadBraces(int depth)
    {
        var end = EndOfName(_at + 2);
        if (end == _at + 2 || end == _word.Length || char.IsDigit(_word[_at + 2]))
        {
            return false;
        }

        _text.Append(_word, _at, end - _at);
        _at = end;
        var start = _at;
        if (VariablePattern.Read(_word, ref _at) is not null)
        {
            _text.Append(_word, start, _at - start);
            return true;
        }

        if (_word[_at] != '}')
        {
            var operation = _word[_at] == ':' ? 2 : 1;
            if (_at + operation >= _word.Length || _word[_at + operation - 1] is not ('-' or '+' or '?'))
            {
                return false;
            }

            _text.Append(_word, _at, operation);
            _at += operation;
            if (!ReadTo('}', depth + 1))
            {
                return false;
            }

            EndDollar(next: '\0');
        }

        _text.Append('}');
        return Advance(1);
    }

    private int EndOfName(int start)
    {
        var end = start;
        while (end < _word.Length && (char.IsLetter(_word[end]) || char.IsDigit(_word[end]) || _word[end] == '_'))
        {
            end++;
        }

        return end;
    }

    private bool Literal(char c, int depth)
    {
        if (depth > 0 && c == '}')
        {
            return false;
        }

        EndDollar(c);
        _literal.Append(c);
        if (c == '$')
        {
            _dollarBefore = true;
        }
        else
        {
            _text.Append(c);
        }

        return true;
    }

    /// <summary>Writes a dollar sign that was met: with a backslash where it would stand for a variable or for less than itself.</summary>
    private void EndDollar(char next)
    {
        if (_dollarBefore)
        {
            _dollarBefore = false;
            _text.Append(VariableText.Starts(next) || (_text.Length > 0 && _text[^1] == '\\') ? "\\$" : "$");
        }
    }

    private bool Advance(int count)
    {
        _at += count;
        return true;
    }
}
