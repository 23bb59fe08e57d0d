"""Sentences of a model against what articles say, and what must be said of each.

`TABLE` is what the rules were written with; `HELD_OUT` was written before the rules were run
on it and is never tuned to: it measures them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A sentence, the article's words that are its quote, and what stands before and after."""

    sentence: str
    quote: str
    verdict: str
    speaker: str | None = None
    before: str = ""
    after: str = ""


def attributed(sentence, quote, speaker, **around):
    return Case(sentence, quote, "attributed", speaker, **around)


def supported(sentence, quote, **around):
    return Case(sentence, quote, "supported", **around)


def unsupported(sentence, quote, **around):
    return Case(sentence, quote, "unsupported", **around)


PORT = "The port of Halden will lose 400 jobs by March, union leader Mona Berg said on Tuesday."
WATER = "According to the mayor, Ines Okafor, the city's water is safe to drink."
DAM = "Critics argue that the dam has ruined the valley's farms."
TOLD = "Rail minister Paul Adeyemi told reporters that the tunnel was badly built."
QUOTED = "“The merger destroyed a good company,” said Greta Holm, a former director of Nordbank."
VIRUS = "Virologist Sana Malik warned that the vaccine shortage threatens rural clinics."
SPY = "Estavia accused its neighbour Torland of jamming the radar of 12 airliners."
ADDED = "He added: “The budget hides a hole of $3 billion.”"
MILK = "The dairy board said milk prices had doubled since June, and blamed the drought."
RULED = "The Supreme Court ruled on Friday that the land tax violated the constitution."
ORDERED = "The transport ministry ordered Veloro to recall 9,000 scooters."
ANNOUNCED = "Helix Motors announced on Monday that it would close its plant in Lund."
FIRE = "The warehouse burned down on Sunday, and the cause of the fire is not known, police said."
CALLED = "Senator Luis Prado called the trade deal a gift to polluters."
DATA = "Customs data show that steel imports rose 14 % in April."
STUDY = "A study by the University of Tarn found that night buses reduced accidents by a fifth."
FACT = "Parliament passed the forestry bill on Thursday by 81 votes to 64."
MIXED = (
    "Parliament passed the forestry bill on Thursday. Farm leader Otto Reiss said the bill "
    "would bankrupt small growers."
)
TWO = (
    "Economist Lea Brandt said the subsidy raised rents. Housing minister Carl Voss said the "
    "subsidy lowered waiting times."
)
SPEECH = (
    "“The bridge was never safe. The inspectors ignored 30 cracks. The state must pay for it,” "
    "Anna Kovac told a rally in Brod."
)
VIEW = "In the view of the opposition, the pension reform punishes young workers."
FEAR = "Critics fear the toll road will divide the village of Sorn."
ADMITTED = "Chief executive Dana Cole admitted that the bank had misled its customers."
SOURCES = "Two people familiar with the talks said the airline had offered $90 million."
SAIDTO = "The general is said to own three villas on the coast."
ALLEGED = "The guard allegedly sold uniforms to smugglers."
APPOSED = "Nadia Rahim, who leads the teachers' union, said class sizes had reached 38 pupils."
INVERTED = "The reservoir is nearly empty, said Tom Ekdal, a hydrologist at the water agency."
PARTICIPLE = "Governor Ruth Amari defended the curfew, saying it had halved burglaries."
BELIEF = "Investigators believe the pilot ignored two warnings before the crash."
DENY = "Oskar Lind denied that the foundation paid bribes to customs officers."
WHY = "Reporters asked why the minister had sold his shares before the announcement."
PROMISED = "Mayor Ines Okafor promised that the tram line would open in 2027."
NOUN = "The prosecutor's claim that Veloro forged 60 safety certificates shook investors."
RUMOUR = "Reports that the cannery will move to Torland have worried the town."
CONFIRMED = "Airline spokesman Karl Dietz confirmed that two engines had failed over the sea."

TABLE = (
    # A dropped attribution: the sentence tells as a fact what somebody said.
    attributed("The port of Halden will lose 400 jobs by March.", PORT, "union leader Mona Berg"),
    attributed("The city's water is safe to drink.", WATER, "the mayor, Ines Okafor"),
    attributed("The dam has ruined the valley's farms.", DAM, "Critics"),
    attributed("The tunnel was badly built.", TOLD, "Rail minister Paul Adeyemi"),
    attributed("The merger destroyed a good company.", QUOTED, "Greta Holm"),
    attributed("The vaccine shortage threatens rural clinics.", VIRUS, "Virologist Sana Malik"),
    attributed("Torland jammed the radar of 12 airliners.", SPY, "Estavia"),
    attributed(
        "The budget hides a hole of $3 billion.",
        ADDED,
        "Finance spokesman Erik Lund",
        before="Finance spokesman Erik Lund said the plan was vague. ",
    ),
    attributed("Milk prices have doubled since June.", MILK, "The dairy board"),
    attributed("The cause of the fire is not known.", FIRE, "police"),
    attributed("The trade deal is a gift to polluters.", CALLED, "Senator Luis Prado"),
    attributed(
        "Night buses reduced accidents by a fifth.", STUDY, "A study by the University of Tarn"
    ),
    attributed("The bill would bankrupt small growers.", MIXED, "Farm leader Otto Reiss"),
    attributed(
        "Parliament passed the forestry bill, which would bankrupt small growers.",
        "Parliament passed the forestry bill, which farm leader Otto Reiss said would bankrupt "
        "small growers.",
        "farm leader Otto Reiss",
    ),
    attributed("The subsidy raised rents.", TWO, "Economist Lea Brandt"),
    attributed("The subsidy lowered waiting times.", TWO, "Housing minister Carl Voss"),
    attributed("The inspectors ignored 30 cracks.", SPEECH, "Anna Kovac"),
    attributed("The bridge was never safe.", SPEECH, "Anna Kovac"),
    attributed(
        "The inspectors ignored 30 cracks.",
        "The inspectors ignored 30 cracks.",
        "Anna Kovac",
        before="“The bridge was never safe. ",
        after=" The state must pay for it,” Anna Kovac told a rally in Brod.",
    ),
    attributed("The pension reform punishes young workers.", VIEW, "the opposition"),
    attributed("The toll road will divide the village of Sorn.", FEAR, "Critics"),
    attributed(
        "The toll road will divide the village of Sorn.",
        "Critics fear that the toll road will divide the village of Sorn.",
        "Critics",
    ),
    attributed("The bank misled its customers.", ADMITTED, "Chief executive Dana Cole"),
    attributed("The airline offered $90 million.", SOURCES, "Two people familiar with the talks"),
    attributed("The general owns three villas on the coast.", SAIDTO, None),
    attributed("The guard sold uniforms to smugglers.", ALLEGED, None),
    attributed("Class sizes have reached 38 pupils.", APPOSED, "Nadia Rahim"),
    attributed("The reservoir is nearly empty.", INVERTED, "Tom Ekdal"),
    attributed("The curfew halved burglaries.", PARTICIPLE, "Governor Ruth Amari"),
    attributed("The pilot ignored two warnings before the crash.", BELIEF, "Investigators"),
    attributed("Veloro forged 60 safety certificates.", NOUN, "The prosecutor"),
    attributed("The cannery will move to Torland.", RUMOUR, None),
    attributed("Two engines failed over the sea.", CONFIRMED, "Airline spokesman Karl Dietz"),
    attributed("The tram line would open in 2027.", PROMISED, "Mayor Ines Okafor"),
    attributed(
        "The harbour is too shallow for the new ferries.",
        "The harbour is too shallow for the new ferries, captain Jo Stern wrote in a letter to "
        "the Halden Post.",
        "captain Jo Stern",
    ),
    attributed(
        "The law protects nobody.",
        "“The law,” said lawyer Maja Finn, “protects nobody.”",
        "lawyer Maja Finn",
    ),
    attributed(
        "The airport noise harms children.",
        "Residents complained that the airport noise harms children.",
        "Residents",
    ),
    attributed(
        "The clinic turned patients away.",
        "Nurses say the clinic turned patients away.",
        "Nurses",
    ),
    attributed(
        "The strike cost the country €50 million.",
        "The strike cost the country €50 million, the chamber of commerce estimated.",
        "the chamber of commerce",
    ),
    attributed(
        "The new stadium is far too expensive.",
        "In her opinion, the new stadium is far too expensive.",
        "Alma Dahl",
        before="Councillor Alma Dahl voted against the plan. Alma Dahl said so in public. ",
    ),
    attributed(
        "The drought was made worse by the pipeline.",
        "Geologist Ivan Petrov suggested that the drought was made worse by the pipeline.",
        "Geologist Ivan Petrov",
    ),
    attributed(
        "The senator lied to the committee.",
        "It is alleged that the senator lied to the committee.",
        None,
    ),
    attributed(
        "The school roof leaks in winter.",
        '"The school roof leaks in winter," the caretaker said.',
        "the caretaker",
    ),
    # A faithful attribution, in the same words or others.
    supported("Mona Berg said that the port of Halden will lose 400 jobs by March.", PORT),
    supported("According to Mona Berg, the port of Halden will lose 400 jobs by March.", PORT),
    supported("Berg, a union leader, said the port will lose 400 jobs by March.", PORT),
    supported("The mayor said the city's water is safe to drink.", WATER),
    supported("Critics say the dam has ruined the valley's farms.", DAM),
    supported("Adeyemi said the tunnel was badly built.", TOLD),
    supported("Paul Adeyemi argued that the tunnel was badly built.", TOLD),
    supported("Greta Holm said that the merger destroyed a good company.", QUOTED),
    supported("“The merger destroyed a good company,” Holm said.", QUOTED),
    supported("According to Sana Malik, the vaccine shortage threatens rural clinics.", VIRUS),
    supported("Estavia accused Torland of jamming the radar of 12 airliners.", SPY),
    supported("The dairy board said that milk prices had doubled since June.", MILK),
    supported("Police said the cause of the fire is not known.", FIRE),
    supported("Luis Prado called the trade deal a gift to polluters.", CALLED),
    supported("Otto Reiss said the bill would bankrupt small growers.", MIXED),
    supported("Carl Voss said the subsidy lowered waiting times.", TWO),
    supported("Anna Kovac said that inspectors ignored 30 cracks.", SPEECH),
    supported("The opposition said the pension reform punishes young workers.", VIEW),
    supported("Critics fear the toll road will divide the village of Sorn.", FEAR),
    supported("Dana Cole admitted that the bank had misled its customers.", ADMITTED),
    supported("Dana Cole said that the bank had misled its customers.", ADMITTED),
    supported("Nadia Rahim said class sizes had reached 38 pupils.", APPOSED),
    supported("The curfew had halved burglaries, Governor Ruth Amari said.", PARTICIPLE),
    supported("Investigators think the pilot ignored two warnings before the crash.", BELIEF),
    supported("Karl Dietz confirmed that two engines had failed over the sea.", CONFIRMED),
    supported("A study found that night buses reduced accidents by a fifth.", STUDY),
    supported("Erik Lund said the budget hides a hole of $3 billion.", f"Erik Lund spoke. {ADDED}"),
    # A fact of the article, or its owner's own act.
    supported("The Supreme Court ruled that the land tax violated the constitution.", RULED),
    supported("The land tax violated the constitution.", RULED),
    supported("The transport ministry ordered Veloro to recall 9,000 scooters.", ORDERED),
    supported("Helix Motors would close its plant in Lund.", ANNOUNCED),
    supported("Steel imports rose 14 % in April.", DATA),
    supported("Parliament passed the forestry bill by 81 votes to 64.", FACT),
    supported("Parliament passed the forestry bill on Thursday.", MIXED),
    supported("Nadia Rahim leads the teachers' union.", APPOSED),
    supported("Governor Ruth Amari defended the curfew.", PARTICIPLE),
    supported(
        "The club has added 300 members since May.",
        "The club has added 300 members since May, more than any rival.",
    ),
    supported("Tom Ekdal is a hydrologist at the water agency.", INVERTED.replace(", a", " is a")),
    supported(
        "The storm claimed 40 lives in Brod.",
        "The storm claimed 40 lives in Brod, and the rain lasted a week.",
    ),
    supported(
        "The United States opened a consulate in Halden.",
        "The United States opened a consulate in Halden on Monday.",
    ),
    # Another speaker, or a stronger verb.
    unsupported("Carl Voss said the subsidy raised rents.", TWO),
    unsupported("Lea Brandt said the subsidy lowered waiting times.", TWO),
    unsupported("Parliament said the bill would bankrupt small growers.", MIXED),
    unsupported("The union said the city's water is safe to drink.", WATER),
    unsupported("Torland accused Estavia of jamming the radar of 12 airliners.", SPY),
    unsupported("Mona Berg admitted that the port of Halden will lose 400 jobs by March.", PORT),
    unsupported("Mona Berg proved that the port of Halden will lose 400 jobs by March.", PORT),
    unsupported("Paul Adeyemi confirmed to reporters that the tunnel was badly built.", TOLD),
    unsupported("Paul Adeyemi acknowledged to reporters the tunnel was badly built.", TOLD),
    unsupported("The dairy board admitted milk prices had doubled since June, in a drought.", MILK),
    unsupported("Critics proved that the dam has ruined the valley's farms.", DAM),
    unsupported("Nordbank said the merger destroyed a good company.", QUOTED),
    # What was not asserted at all.
    unsupported("The foundation paid bribes to customs officers.", DENY),
    unsupported("Oskar Lind said the foundation paid bribes to customs officers.", DENY),
    unsupported("The minister had sold his shares before the announcement.", WHY),
)

HELD_OUT = (
    attributed(
        "The quarry has poisoned the Elm river.",
        "Environmental group Clear Water says the quarry has poisoned the Elm river.",
        "Environmental group Clear Water",
    ),
    attributed(
        "The coach left the players exhausted.",
        "The coach left the players exhausted, team doctor Hugo Silva told the newspaper Marla.",
        "team doctor Hugo Silva",
    ),
    attributed(
        "Wages at the mill have fallen by 7 % since 2021.",
        "Wages at the mill have fallen by 7 % since 2021, according to the metalworkers' union.",
        "the metalworkers' union",
    ),
    attributed(
        "The museum bought stolen statues.",
        "Archaeologist Rosa Winter has repeatedly claimed that the museum bought stolen statues.",
        "Archaeologist Rosa Winter",
    ),
    attributed(
        "The rescue came six hours too late.",
        "“The rescue came six hours too late,” the widow of a miner said through tears.",
        "the widow of a miner",
    ),
    attributed(
        "The treaty gives foreign firms too much power.",
        "Opponents of the accord contend the treaty gives foreign firms too much power.",
        "Opponents of the accord",
    ),
    attributed(
        "The new visa rules keep students away.",
        "Rector Elias Moen, speaking at the opening of the term, said the new visa rules keep "
        "students away.",
        "Rector Elias Moen",
    ),
    attributed(
        "The reactor is ageing faster than planned.",
        "The reactor is ageing faster than planned, she said.",
        "Inspector Clara Novak",
        before="Inspector Clara Novak presented her findings on Wednesday. ",
    ),
    attributed(
        "The army shelled the market on purpose.",
        "Rebel commanders accused the army of having shelled the market on purpose.",
        "Rebel commanders",
    ),
    attributed(
        "The insurer delays payments to farmers.",
        "The insurer delays payments to farmers, a former employee alleged in a lawsuit.",
        "a former employee",
    ),
    attributed(
        "The ferry company ignored its own safety manual.",
        "In a report published on Monday, investigators wrote that the ferry company ignored its "
        "own safety manual.",
        "investigators",
    ),
    attributed(
        "The election was the fairest in decades.",
        "Observers described the election as the fairest in decades.",
        "Observers",
    ),
    attributed(
        "The ministry knew of the leak in May.",
        "Three officials, who asked not to be named, said the ministry knew of the leak in May.",
        "Three officials",
    ),
    attributed(
        "The opera house needs 80 million crowns for repairs.",
        "Director Paula Nyberg: “The opera house needs 80 million crowns for repairs.”",
        "Director Paula Nyberg",
    ),
    attributed(
        "The herring stock will recover by 2030.",
        "Marine biologist Jon Aker predicts that the herring stock will recover by 2030.",
        "Marine biologist Jon Aker",
    ),
    attributed(
        "The tycoon is believed to be hiding in Torland.".replace("is believed to be", "is"),
        "The tycoon is believed to be hiding in Torland.",
        None,
    ),
    attributed(
        "The factory dumped waste into the lake at night.",
        "The factory dumped waste into the lake at night, neighbours told police last week.",
        "neighbours",
    ),
    attributed(
        "The chip plant uses a tenth of the town's water.",
        "Campaigners pointed out that the chip plant uses a tenth of the town's water.",
        "Campaigners",
    ),
    attributed(
        "The bank's computers failed for nine hours.",
        "In a statement on Thursday, Nordbank acknowledged that the bank's computers failed for "
        "nine hours.",
        "Nordbank",
    ),
    attributed(
        "The referee favoured the visitors.",
        "Fans' belief that the referee favoured the visitors has led to protests.",
        "Fans",
    ),
    supported(
        "Clear Water says that the quarry has poisoned the Elm river.",
        "Environmental group Clear Water says the quarry has poisoned the Elm river.",
    ),
    supported(
        "Wages at the mill have fallen by 7 % since 2021, the metalworkers' union said.",
        "Wages at the mill have fallen by 7 % since 2021, according to the metalworkers' union.",
    ),
    supported(
        "According to Rosa Winter, the museum bought stolen statues.",
        "Archaeologist Rosa Winter has repeatedly claimed that the museum bought stolen statues.",
    ),
    supported(
        "Opponents argue the treaty gives foreign firms too much power.",
        "Opponents of the accord contend the treaty gives foreign firms too much power.",
    ),
    supported(
        "The central bank raised its interest rate to 4.5 %.",
        "The central bank raised its interest rate to 4.5 % on Tuesday, a move that analysts had "
        "expected.",
    ),
    supported(
        "The cabinet decided to extend the fishing ban until 2026.",
        "The cabinet decided on Tuesday to extend the fishing ban until 2026.",
    ),
    supported(
        "Rector Elias Moen spoke at the opening of the term.",
        "Rector Elias Moen spoke at the opening of the term and said the visa rules keep students "
        "away.",
    ),
    supported(
        "The ferry sank near Sorn in 2019.",
        "The ferry, which sank near Sorn in 2019, was never safe, investigators wrote. The ferry "
        "sank near Sorn in 2019.",
    ),
    supported(
        "Jon Aker predicts the herring stock will recover by 2030.",
        "Marine biologist Jon Aker predicts that the herring stock will recover by 2030.",
    ),
    supported(
        "The town council banned cars from the old market.",
        "The town council banned cars from the old market. Traders say the ban has cost them "
        "customers.",
    ),
    supported(
        "Veloro sold 12,000 scooters in March.",
        "Veloro sold 12,000 scooters in March, its figures show.",
    ),
    supported(
        "The regulator fined Nordbank €2 million.",
        "The regulator fined Nordbank €2 million on Friday. “We accept the decision,” the bank "
        "said.",
    ),
    supported(
        "The book describes the siege of Brod as a failure of diplomacy.",
        "The book describes the siege of Brod as a failure of diplomacy.",
    ),
    unsupported(
        "Archaeologist Rosa Winter proved that the museum bought stolen statues.",
        "Archaeologist Rosa Winter has repeatedly claimed that the museum bought stolen statues.",
    ),
    unsupported(
        "The army said rebel commanders shelled the market on purpose.",
        "Rebel commanders accused the army of having shelled the market on purpose.",
    ),
    unsupported(
        "Marla said the coach left the players exhausted, and so did team doctor Hugo Silva.",
        "The coach left the players exhausted, team doctor Hugo Silva told the newspaper Marla.",
    ),
    unsupported(
        "The metalworkers' union admitted that wages at the mill have fallen by 7 % since 2021.",
        "Wages at the mill have fallen by 7 % since 2021, according to the metalworkers' union.",
    ),
    unsupported(
        "The town council said the ban has cost traders customers.",
        "The town council banned cars from the old market. Traders say the ban has cost them "
        "customers.",
    ),
    unsupported(
        "The minister took money from lobbyists.",
        "The minister denied that he took money from lobbyists.",
    ),
    unsupported(
        "Jon Aker confirmed the herring stock will recover by 2030.",
        "Marine biologist Jon Aker predicts that the herring stock will recover by 2030.",
    ),
)
