using System.Text;

namespace Cake.MultiStage.Contexts;

/// <summary>
/// A wildcard pattern in Go's grammar (<c>filepath.Match</c>): <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^a-z]</c> and, where
/// the host's separator allows it, <c>\</c> before a character that is meant literally.
/// </summary>
internal sealed class GoPattern
{
    private readonly Token[] _tokens;
    private readonly string _needed;
    private readonly bool _isNeededLast;

    private GoPattern(Token[] tokens)
    {
        _tokens = tokens;
        (_needed, _isNeededLast) = Needed(tokens);
    }

    private enum Kind
    {
        Literal,
        AnyCharacter,
        Class,
        Star,
        Everything,
        DeepEntry,
        DeepInside,
        Start,
    }

    /// <summary>Gets the one name the pattern stands for, or <see langword="null"/> if it has wildcards.</summary>
    public string? Name =>
        Array.TrueForAll(_tokens, token => token.Kind == Kind.Literal)
            ? string.Concat(_tokens.Select(token => token.Character.ToString())) : null;

    /// <summary>Reads a pattern in the grammar of <c>filepath.Match</c>.</summary>
    /// <param name="text">The pattern.</param>
    /// <returns>The pattern, or <see langword="null"/> where Go reports a bad pattern.</returns>
    public static GoPattern? Parse(string text) => Parse(text, deep: false);

    /// <summary>Reads a pattern as Docker's ignore files extend it: <c>**</c> crosses folders.</summary>
    /// <param name="text">The pattern.</param>
    /// <returns>The pattern, or <see langword="null"/> where Go reports a bad pattern.</returns>
    public static GoPattern? ParseDeep(string text) => Parse(text, deep: true);

    /// <summary>Tells whether the pattern matches the whole text.</summary>
    /// <param name="text">A name or a path.</param>
    /// <returns>Whether it matches.</returns>
    public bool Matches(string text)
    {
        // Most paths lack it, and looking for it costs far less than the positions do.
        if (!(_isNeededLast ? text.EndsWith(_needed, StringComparison.Ordinal) : text.Contains(_needed, StringComparison.Ordinal)))
        {
            return false;
        }

        // All positions of the pattern advance together, so no pattern makes the time grow faster than its length times the text's.
        var states = new bool[_tokens.Length + 1];
        var following = new bool[_tokens.Length + 1];
        states[0] = true;
        Spread(states, atStart: true);
        foreach (var character in text.EnumerateRunes())
        {
            Array.Clear(following);
            for (var i = 0; i < _tokens.Length; i++)
            {
                if (states[i])
                {
                    Advance(_tokens[i], character, i, following);
                }
            }

            Spread(following, atStart: false);
            (states, following) = (following, states);
        }

        return states[^1];
    }

    /// <summary>
    /// Finds what every text that matches has in it: the literal end, or else the longest literal piece. What is not valid UTF-16 is read
    /// as U+FFFD, which is therefore in no piece.
    /// </summary>
    private static (string Text, bool IsLast) Needed(Token[] tokens)
    {
        var (longest, piece) = ("", new StringBuilder());
        foreach (var token in tokens)
        {
            if (token.Kind == Kind.Literal && token.Character != Rune.ReplacementChar)
            {
                piece.Append(token.Character.ToString());
            }
            else
            {
                longest = piece.Length > longest.Length ? piece.ToString() : longest;
                piece.Clear();
            }
        }

        return piece.Length > 0 ? (piece.ToString(), true) : (longest, false);
    }

    private static void Advance(Token token, Rune character, int i, bool[] following)
    {
        var slash = character.Value == '/';
        switch (token.Kind)
        {
            case Kind.Literal:
                following[i + 1] |= character == token.Character;
                break;
            case Kind.AnyCharacter:
                following[i + 1] |= !slash;
                break;
            case Kind.Class:
                following[i + 1] |= token.Includes(character);
                break;
            case Kind.Star:
                following[i] |= !slash;
                break;
            case Kind.Everything:
                following[i] = true;
                break;
            case Kind.DeepInside:
                following[i] = true;
                following[i + 1] |= slash;
                break;
            default:
                break;
        }
    }

    private void Spread(bool[] states, bool atStart)
    {
        for (var i = 0; i < _tokens.Length; i++)
        {
            if (!states[i])
            {
                continue;
            }

            var kind = _tokens[i].Kind;
            states[i + 1] |= kind is Kind.Star or Kind.Everything or Kind.DeepEntry || (kind is Kind.Start && atStart);
            if (kind is Kind.DeepEntry)
            {
                states[i + 2] = true;
            }
        }
    }

    private static GoPattern? Parse(string text, bool deep)
    {
        var runes = text.EnumerateRunes().ToArray();
        List<Token> tokens = [];
        for (var at = 0; at < runes.Length;)
        {
            var character = runes[at++];
            switch (character.Value)
            {
                case '*' when deep && Is(runes, at, '*'):
                    at = ReadDeep(runes, at + 1, tokens);
                    break;
                case '*':
                    tokens.Add(new(Kind.Star));
                    break;
                case '?':
                    tokens.Add(new(Kind.AnyCharacter));
                    break;
                case '[' when ReadClass(runes, ref at) is { } token:
                    tokens.Add(token);
                    break;
                case '[':
                    return null;
                case '\\' when !Escapes:
                    tokens.Add(new(Kind.Literal, new Rune('/')));
                    break;
                case '\\' when at == runes.Length:
                    return null;
                case '\\':
                    tokens.Add(new(Kind.Literal, runes[at++]));
                    break;
                case '^' when deep:
                    // Docker's matcher turns the pattern into a regular expression and leaves this character as it is.
                    tokens.Add(new(Kind.Start));
                    break;
                default:
                    tokens.Add(new(Kind.Literal, character));
                    break;
            }
        }

        return new([.. tokens]);
    }

    private static int ReadDeep(Rune[] runes, int at, List<Token> tokens)
    {
        if (Is(runes, at, '/'))
        {
            at++;
        }

        Token[] read = at == runes.Length ? [new(Kind.Everything)] : [new(Kind.DeepEntry), new(Kind.DeepInside)];
        tokens.AddRange(read);
        return at;
    }

    private static Token? ReadClass(Rune[] runes, ref int at)
    {
        var negated = Is(runes, at, '^');
        at += negated ? 1 : 0;
        List<(Rune Low, Rune High)> ranges = [];
        while (!(Is(runes, at, ']') && ranges.Count > 0))
        {
            if (ReadMember(runes, ref at) is not { } low)
            {
                return null;
            }

            var high = low;
            if (Is(runes, at, '-'))
            {
                at++;
                if (ReadMember(runes, ref at) is not { } end)
                {
                    return null;
                }

                high = end;
            }

            ranges.Add((low, high));
        }

        at++;
        return new(Kind.Class, default, negated, [.. ranges]);
    }

    private static Rune? ReadMember(Rune[] runes, ref int at)
    {
        if (at == runes.Length || Is(runes, at, '-') || Is(runes, at, ']'))
        {
            return null;
        }

        if (Is(runes, at, '\\') && Escapes)
        {
            at++;
        }

        return at < runes.Length ? runes[at++] : null;
    }

    private static bool Is(Rune[] runes, int at, char character) => at < runes.Length && runes[at].Value == character;

    // On Windows the backslash separates folders, so Go's patterns have no escape there.
    private static bool Escapes => !OperatingSystem.IsWindows();

    private sealed record Token(Kind Kind, Rune Character = default, bool Negated = false, (Rune Low, Rune High)[]? Ranges = null)
    {
        public bool Includes(Rune character) =>
            Negated != Array.Exists(Ranges!, range => range.Low <= character && character <= range.High);
    }
}
