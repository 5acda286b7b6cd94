namespace Microsoft.ML.Attention.Graphs;

static partial class Operators
{
    extension(Value x)
    {
        public Value Equal(Value y) => Compare("Equal", x, y);
        public Value Less(Value y) => Compare("Less", x, y);
        public Value LessOrEqual(Value y) => Compare("LessOrEqual", x, y);
        public Value Greater(Value y) => Compare("Greater", x, y);
        public Value GreaterOrEqual(Value y) => Compare("GreaterOrEqual", x, y);

        public Value And(Value y) => Binary("And", x, y);
        public Value Or(Value y) => Binary("Or", x, y);
        public Value Not() => Unary("Not", x);

        /// <summary><paramref name="a"/> where this is true, <paramref name="b"/> where it is false.</summary>
        public Value Where(Value a, Value b)
        {
            if (x.Type != ElementType.Bool)
                throw new ArgumentException($"Where needs a condition: {x} is {x.Type}.");
            return Elementwise("Where", Same("Where", a, b), x, a, b);
        }
    }

    static Value Compare(string op, Value x, Value y)
    {
        Same(op, x, y);
        return Elementwise(op, ElementType.Bool, x, y);
    }
}
