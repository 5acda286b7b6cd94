namespace Examples;

/// <summary>The command line of an example. What it cannot use ends the program with a message:
/// exit code 2 for the line itself, 1 for a file that it names.</summary>
/// <param name="args">The command line.</param>
/// <param name="expected">How it may look, for the message.</param>
sealed class Arguments(string[] args, string expected)
{
    readonly List<string> _left = [.. args];

    /// <summary>Whether the word is there.</summary>
    public bool Has(string flag) => _left.Remove(flag);

    /// <summary>What stands behind the name; null where the name is not there.</summary>
    public string? Value(string name)
    {
        var index = _left.IndexOf(name);
        if (index < 0)
            return null;
        if (index == _left.Count - 1)
            Refuse();
        var value = _left[index + 1];
        _left.RemoveRange(index, 2);
        return value;
    }

    /// <summary>What stands behind two names that go together; null where neither is there.</summary>
    public (string, string)? Values(string name, string other)
    {
        var values = (Value(name), Value(other));
        if (values is (null, not null) or (not null, null))
            Refuse();
        return values is ({ } a, { } b) ? (a, b) : null;
    }

    /// <summary>Nothing may be left.</summary>
    public void End()
    {
        if (_left.Count > 0)
            Refuse();
    }

    /// <summary>What a file holds that the command line named.</summary>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            Environment.Exit(1);
            throw;
        }
    }

    /// <summary>Ends the program: something on the line is not as expected.</summary>
    public T Refuse<T>()
    {
        Refuse();
        throw new InvalidOperationException();
    }

    void Refuse()
    {
        Console.Error.WriteLine($"Expected: {expected}. Found: {string.Join(' ', args)}");
        Environment.Exit(2);
    }
}
