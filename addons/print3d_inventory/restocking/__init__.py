"""When to order, how much, and how long the stock lasts; nothing here imports odoo.

Quantities are in one unit for each thing (grams for filament), times in days.
"""

from .lead_times import LeadTime, choose_lead_time, measure_lead_times
from .projection import Day, consume, find_depletion, project
from .reordering import (
    ReorderPoint,
    get_cover_safety,
    get_order_quantity,
    get_reorder_point,
    get_service_factor,
    get_statistical_safety,
    get_upper_level,
    round_up,
)
from .seasons import Event, find_factors, get_factor, get_mean_factor, split_events
from .use import Use, add_up_counts, find_empty_days, measure_use
