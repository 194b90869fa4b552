using System.Diagnostics.CodeAnalysis;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// An SPDX license expression over names that are known (SPDX specification 2.3, Annex D): <c>AND</c> binds closer than <c>OR</c>.
/// </summary>
internal abstract record LicenseExpression
{
    private const int Deepest = 32;

    /// <summary>Says whether the expression is satisfied where a license satisfies <paramref name="isGood"/>.</summary>
    public abstract bool IsSatisfied(Func<string, bool> isGood);

    public static bool TryParse(string text, [NotNullWhen(true)] out LicenseExpression? expression) =>
        TryParse(text, isLenient: false, out expression);

    /// <summary>
    /// Reads what packages declare: operators may be in small letters, and a name that is not known, of several words too, stands for
    /// itself.
    /// </summary>
    public static bool TryParseDeclared(string text, [NotNullWhen(true)] out LicenseExpression? expression)
    {
        expression = null;
        return LicenseNames.Expression(text) is { } written
            && TryParse(written.Replace(" with ", " WITH ", StringComparison.OrdinalIgnoreCase), isLenient: true, out expression);
    }

    private static bool TryParse(string text, bool isLenient, [NotNullWhen(true)] out LicenseExpression? expression)
    {
        var tokens = new Queue<string>(text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        expression = Either(tokens, Deepest, isLenient);
        if (tokens.Count > 0)
        {
            expression = null;
        }

        return expression is not null;
    }

    private static LicenseExpression? Either(Queue<string> tokens, int depth, bool isLenient)
    {
        var left = Both(tokens, depth, isLenient);
        while (left is not null && Taken(tokens, "OR"))
        {
            left = Both(tokens, depth, isLenient) is { } right ? new Choice(left, right) : null;
        }

        return left;
    }

    private static LicenseExpression? Both(Queue<string> tokens, int depth, bool isLenient)
    {
        var left = One(tokens, depth, isLenient);
        while (left is not null && Taken(tokens, "AND"))
        {
            left = One(tokens, depth, isLenient) is { } right ? new All(left, right) : null;
        }

        return left;
    }

    private static LicenseExpression? One(Queue<string> tokens, int depth, bool isLenient)
    {
        if (depth == 0 || !tokens.TryDequeue(out var token))
        {
            return null;
        }

        if (token == "(")
        {
            return Either(tokens, depth - 1, isLenient) is { } inner && Taken(tokens, ")") ? inner : null;
        }

        if (IsOperator(token))
        {
            return null;
        }

        var name = isLenient ? Words(tokens, token) : token;
        return (LicenseNames.IdOf(name) ?? (isLenient ? name : null)) is not { } id ? null
            : !Taken(tokens, "WITH") ? new Single(id, null)
            : tokens.TryDequeue(out var exception) && !IsOperator(exception)
                ? new Single(id, isLenient ? Words(tokens, exception) : exception)
                : null;
    }

    private static bool IsOperator(string token) => token is "(" or ")" or "AND" or "OR" or "WITH";

    /// <summary>Takes the words of a name up to the next operator.</summary>
    private static string Words(Queue<string> tokens, string first)
    {
        List<string> words = [first];
        while (tokens.TryPeek(out var next) && !IsOperator(next))
        {
            words.Add(tokens.Dequeue());
        }

        return string.Join(' ', words);
    }

    private static bool Taken(Queue<string> tokens, string token)
    {
        if (!tokens.TryPeek(out var next) || next != token)
        {
            return false;
        }

        tokens.Dequeue();
        return true;
    }

    private sealed record Single(string Id, string? Exception) : LicenseExpression
    {
        public override bool IsSatisfied(Func<string, bool> isGood) => isGood(Id);

        public override string ToString() => Exception is null ? Id : $"{Id} WITH {Exception}";
    }

    private sealed record Choice(LicenseExpression Left, LicenseExpression Right) : LicenseExpression
    {
        public override bool IsSatisfied(Func<string, bool> isGood) => Left.IsSatisfied(isGood) || Right.IsSatisfied(isGood);

        public override string ToString() => $"{Left} OR {Right}";
    }

    private sealed record All(LicenseExpression Left, LicenseExpression Right) : LicenseExpression
    {
        public override bool IsSatisfied(Func<string, bool> isGood) => Left.IsSatisfied(isGood) && Right.IsSatisfied(isGood);

        public override string ToString() => $"{Inner(Left)} AND {Inner(Right)}";

        private static string Inner(LicenseExpression side) => side is Choice ? $"({side})" : side.ToString();
    }
}
