namespace SemanticSearch;

/// <summary>Sentences to look among.</summary>
static class Sentences
{
    public static string[] All { get; } =
    [
        "The train to the coast leaves at half past seven.",
        "When does the morning service to the seaside depart?",
        "Our flight was delayed because of fog over the airport.",
        "The ferry does not run while the storm lasts.",
        "Please reset my password, I cannot sign in.",
        "I am locked out of my account.",
        "The invoice names a larger sum than we agreed on.",
        "You charged my card twice for one order.",
        "Whisk the eggs with sugar until they are pale.",
        "Bake the bread until its crust is brown.",
        "Simmer the lentils for half an hour with a bay leaf.",
        "The recipe needs more salt.",
        "The telescope found a planet that circles two stars.",
        "Astronomers measured how fast the galaxy turns.",
        "A comet will be visible to the naked eye next week.",
        "Light takes eight minutes from the sun to the earth.",
        "The midfielder scored twice in the second half.",
        "Their goalkeeper saved a penalty in the last minute.",
        "She won the marathon by eleven seconds.",
        "The match was called off after heavy rain.",
        "The cat sleeps on the warm windowsill.",
        "A kitten is napping in the sun.",
        "The dog barked at the postman.",
        "Our parrot has learned to whistle.",
    ];
}
