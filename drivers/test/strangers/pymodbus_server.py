"""pymodbus serves registers for our drivers: pymodbus_server.py tcp PORT | rtu DEVICE BAUD

Unit 1: SunSpec, model 203, laid out here by hand. Unit 2: Eastron SDM630, floats by struct.
"""
import struct
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartSerialServer, StartTcpServer
from pymodbus.transaction import ModbusRtuFramer


def text(value, size):
    padded = value.encode().ljust(2 * size, b"\0")
    return list(struct.unpack(">%dH" % size, padded))


sunspec = {}


def put(address, values):
    for i, value in enumerate(values):
        sunspec[address + i] = value & 0xFFFF


put(40000, [0x5375, 0x6E53, 1, 66] + text("Stranger", 16) + text("meter 3ph", 16))
put(40036, text("", 8) + text("7.1", 8) + text("PY-1", 16) + [1, 0x8000])
put(40070, [203, 105] + [0] * 105 + [0xFFFF, 0])
put(40072, [396, 123, 98, 175, -1])
put(40077, [2310, 2301, 2310, 2319])
put(40085, [-1, 4998, -2])
put(40088, [912, 283, -226, 855, 1])
put(40098, [-45])
put(40102, [2])

eastron = {address: 0 for address in range(0x184)}
for address, value in {0x00: 230.5, 0x02: 229.25, 0x0C: 1100.0, 0x34: -1234.5, 0x3C: 150.0, 0x46: 49.99}.items():
    eastron[address], eastron[address + 1] = struct.unpack(">2H", struct.pack(">f", value))
settings = {address: 0 for address in range(0x1E)}
settings[0x14], settings[0x15] = struct.unpack(">2H", struct.pack(">f", 2.0))

context = ModbusServerContext(single=False, slaves={
    1: ModbusSlaveContext(hr=ModbusSparseDataBlock(sunspec), zero_mode=True),
    2: ModbusSlaveContext(hr=ModbusSparseDataBlock(settings), ir=ModbusSparseDataBlock(eastron), zero_mode=True),
})
print("serving", flush=True)
if sys.argv[1] == "tcp":
    StartTcpServer(context=context, address=("127.0.0.1", int(sys.argv[2])))
else:
    StartSerialServer(context=context, framer=ModbusRtuFramer, port=sys.argv[2], baudrate=int(sys.argv[3]), timeout=0.05)
