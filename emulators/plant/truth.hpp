#pragma once

#include <array>

#include "base/site.hpp"

/// What is true of a street at the end of a step, by place. The names of the signals that the tap
/// makes of it stand with each struct; what is not here is with the devices:
///     truth.former.p .q .p_a .p_b .p_c .i_share .limiting .damaged
///                                                           Former::state(); .tripped  tripped()
///     truth.former.soc, truth.<home>.soc                    Former::pack(), Hybrid::pack()
///     truth.<home>.inverter_p .inverter_on .inverter_connected  Hybrid::state(), .on()
///     truth.<unit>.soc_floor                                Street::soc_floor()
///     event.outage .grid_back .flicker .load_step .island .island_formed .reclosed
///                                                           Street::events()
namespace islandbench::plant {

/// The busbar on the grid side of the switch: truth.grid.v_a .v_b .v_c .f, .dead (not energised).
struct GridTruth {
    std::array<Voltage, phases> v;  ///< as it is, no filter
    Frequency f;                    ///< 30 ms; NaN while the busbar is dead
    bool energised = true;          ///< by the utility, whoever else may feed it
};

/// Through the switch: truth.pcc.closed .i (i_max) .p .q .ne_link .backfed. Positive = from the
/// grid into the street. The meters at the interconnect device see these, with the voltage of their
/// side.
struct ExchangeTruth {
    bool closed = true;
    bool ne_link = false;
    std::array<Current, phases> i;
    Current i_max;
    std::array<ActivePower, phases> p_phase;  ///< at the grid side's voltage
    ActivePower p;
    ReactivePower q;
    Energy backfed;  ///< out of the street into a grid that the utility does not energise, so far
};

/// The street bus at the switch: truth.island.v_a .v_b .v_c .f .unbalance .formed.
struct IslandTruth {
    std::array<Voltage, phases> v;
    Frequency f;          ///< 30 ms; NaN while the street is dead or its phases drift apart
    Ratio unbalance;      ///< negative over positive sequence; NaN while the street is dead
    bool formed = false;  ///< switch open, one three-phase system, every phase within 0.85..1.10
};

/// Street minus grid, across the switch: truth.sync.df .dv .dphi. NaN where a side is dead or no
/// three-phase system. In the
/// step in which the contact closes: the values just before it did.
struct SyncTruth {
    Frequency df;
    Ratio dv;    ///< of nominal, mean of the phases
    Angle dphi;  ///< of the positive sequence
};

/// truth.<home>.v .load_p, .shed0 to .shed4 (contact open): what is looked at in every step.
struct HomeSupply {
    Voltage v;
    ActivePower load_p;                 ///< consumption positive
    std::array<bool, tiers> contact{};  ///< as it is: true = closed. Shed is the opposite.
};

/// All that is true of a home's board; what its load controller measures.
struct HomeTruth {
    Voltage v;
    Frequency f;           ///< 50 ms, as a load controller measures it; NaN while dead
    ActivePower load_p;    ///< consumption positive
    ReactivePower load_q;  ///< consumption positive
    std::array<ActivePower, tiers> tier_p;  ///< what each tier draws; 0 while its contact is open
    std::array<bool, tiers> coil{};         ///< as ordered
    std::array<bool, tiers> contact{};      ///< as it is: true = closed. Shed is the opposite.
};

/// truth.<priority site>.v .p.
struct PriorityTruth {
    std::array<Voltage, phases> v_phase;
    Voltage v;  ///< of the phase farthest from nominal
    Frequency f;
    ActivePower p;  ///< consumption positive
    ReactivePower q;
};

/// How often things have happened so far.
struct StreetEvents {
    int outage = 0;
    int grid_back = 0;
    int flicker = 0;
    int load_step = 0;
    int island = 0;         ///< main contact opened
    int island_formed = 0;  ///< IslandTruth::formed rose
    int reclosed = 0;       ///< main contact closed
    int damaged = 0;        ///< of it, out of phase, more than the former bears
};

}  // namespace islandbench::plant
