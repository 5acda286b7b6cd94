using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.ML.Attention.Orleans;
using Microsoft.ML.Attention.Tests.Support;
using Microsoft.ML.Attention.Text;

namespace Microsoft.ML.Attention.Tests;

/// <summary>Messages, log lines and printed records say numbers as code does, wherever they are read.</summary>
[TestClass]
public sealed class CultureTests
{
    /// <summary>As in German and Persian: another decimal point, another minus. Tests run without the data of real cultures.</summary>
    static readonly CultureInfo Odd = new("")
    {
        NumberFormat = new() { NumberDecimalSeparator = ",", NegativeSign = "\u200E\u2212", NumberGroupSeparator = "." },
    };

    static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    static T Under<T>(Func<T> read)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = Odd;
            return read();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    public static IEnumerable<object[]> Records =>
    [
        [new TrainingOptions { LearningRate = 0.25 }, "LearningRate = 0.25"],
        [new MultiHeadAttentionOptions { Scale = -0.5, Training = new() { Dropout = 0.125 } }, "Scale = -0.5"],
        [new MultiHeadAttentionOptions { Training = new() { Dropout = 0.125 } }, "Dropout = 0.125"],
        [new TrainingReport { Losses = [0.5, -1.5], Seconds = 0.75 }, "Losses = [0.5, -1.5]"],
        [new TrainingProgress(1, 2, 0.5, null, 1e-3, 0.25),
            "TrainingProgress { Epoch = 1, NumberOfEpochs = 2, Loss = 0.5, ValidationLoss = , LearningRate = 0.001, RowsPerSecond = 0.25 }"],
        [new AttentionSearchRange(0.5, 1.5), "AttentionSearchRange { Minimum = 0.5, Maximum = 1.5, IsLogarithmic = False }"],
    ];

    [TestMethod, DynamicData(nameof(Records))]
    public void Record_PrintsItsNumbersAsCodeDoes(object record, string expected) => Assert.Contains(expected, Under(record.ToString)!);

    [TestMethod]
    public void Error_OfANumberOutOfRange_SaysItAsCodeDoes()
    {
        var message = Under(() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            new MLContext().Transforms.MultiHeadAttention(
                new MultiHeadAttentionOptions { OutputColumnName = "Y", Training = new() { LearningRate = -0.5 } })).Message);
        Assert.Contains("Actual value was -0.5.", message);
    }

    [TestMethod]
    public void Log_OfAnEpoch_SaysItsNumbersAsCodeDoes()
    {
        var ml = new MLContext(1);
        var lines = new List<string>();
        ml.Log += (_, line) => lines.Add(line.Message);
        Under(() =>
        {
            ml.Transforms.MultiHeadAttention(Needle.Options with { Training = Needle.Options.Training with { NumberOfEpochs = 1 } })
                .Fit(Needle.Flags(ml, 12)).Dispose();
            return 0;
        });
        Assert.MatchesRegex(@"Epoch 1 of 1: loss \d\.\d{4}, learning rate [\d.E-]+, \d+ rows/s\.",
            lines.Single(line => line.Contains("Epoch 1", StringComparison.Ordinal)));
    }

    // The whole kind: a method that writes a floating point number by the culture of the thread. Read off the compiled code, as no analyzer
    // looks into interpolated strings.
    [TestMethod]
    [DataRow(typeof(MultiHeadAttentionOptions)), DataRow(typeof(PretrainedTextModel)), DataRow(typeof(ClusterScoringOptions))] // assemblies
    public void NoMethod_WritesAFractionByTheCultureOfItsThread(Type ofAssembly)
    {
        const BindingFlags All =
            BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var methods = ofAssembly.Assembly.GetTypes()
            .Where(type => type.Namespace?.EndsWith("Graphs.Onnx", StringComparison.Ordinal) != true)
            .SelectMany(type => type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)));

        Assert.AreEqual("", string.Join(", ", methods.Where(method => WritesAFraction(method) || PrintsAFraction(method))
            .Select(method => $"{method.DeclaringType!.FullName}.{method.Name}")));
        Assert.IsTrue(WritesAFraction(((Func<double, string>)Badly).Method), "or the test sees nothing");
        Assert.IsTrue(PrintsAFraction(typeof(BadRecord).GetMethod("PrintMembers", All)!), "or the test sees nothing");
        Assert.IsFalse(WritesAFraction(((Func<double, string>)Well).Method));
    }

    public sealed record BadRecord(double Number);

    static string Badly(double number) => $"{number}";

    static string Well(double number) => string.Create(CultureInfo.InvariantCulture, $"{number}");

    static bool WritesAFraction(MethodBase method)
    {
        var calls = Calls(method).ToList();
        var isPlain = calls.Any(call =>
            call is ConstructorInfo && call.DeclaringType == typeof(DefaultInterpolatedStringHandler) && call.GetParameters().Length == 2);
        return calls.Any(call => call.Name switch
        {
            nameof(DefaultInterpolatedStringHandler.AppendFormatted) =>
                isPlain && call.DeclaringType == typeof(DefaultInterpolatedStringHandler) && call.IsGenericMethod
                    && IsFraction(call.GetGenericArguments()[0]),
            nameof(string.Join) => call.DeclaringType == typeof(string) && call.IsGenericMethod
                && IsFraction(call.GetGenericArguments()[0]),
            nameof(ToString) => IsFraction(call.DeclaringType!)
                && !call.GetParameters().Any(parameter => parameter.ParameterType == typeof(IFormatProvider)),
            nameof(StringBuilder.Append) =>
                call.DeclaringType == typeof(StringBuilder) && IsFraction(call.GetParameters()[0].ParameterType),
            _ => false,
        });
    }

    static bool IsFraction(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var number
        && (number == typeof(double) || number == typeof(float) || number == typeof(Half) || number == typeof(decimal));

    /// <summary>What a public record prints by itself: <c>constrained. T</c> before a call of <c>object.ToString</c>.</summary>
    static bool PrintsAFraction(MethodBase method) => method is { Name: "PrintMembers", DeclaringType: { IsVisible: true } record }
        && Calls(record.GetMethod(nameof(ToString), [])!).Contains(method) && Types(method).Any(IsFraction);

    static IEnumerable<Type> Types(MethodBase method) =>
        Tokens(method).Where(token => token.Code == System.Reflection.Emit.OpCodes.Constrained)
        .Select(token => method.Module.ResolveType(token.Token, method.DeclaringType!.GetGenericArguments(), null));

    /// <summary>The methods that a method calls, and the constructors.</summary>
    static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        var ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return Tokens(method).Where(token => token.Code.OperandType == OperandType.InlineMethod)
            .Select(token => method.Module.ResolveMethod(token.Token, ofType, ofMethod)).OfType<MethodBase>();
    }

    /// <summary>The tokens in a method's code, with what stands before them.</summary>
    static IEnumerable<(OpCode Code, int Token)> Tokens(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            yield break;
        for (var at = 0; at < code.Length;)
        {
            var opCode = OpCodes[code[at] == 0xFE ? (short)(0xFE00 | code[at + 1]) : code[at]];
            at += opCode.Size;
            if (opCode.OperandType is OperandType.InlineMethod or OperandType.InlineType)
                yield return (opCode, BitConverter.ToInt32(code, at));
            at += opCode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }
}
