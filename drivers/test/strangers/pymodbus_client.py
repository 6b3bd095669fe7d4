"""pymodbus reads an emulator: pymodbus_client.py tcp PORT | rtu DEVICE BAUD

Unit 1 is a SunSpec inverter, unit 2 an Eastron SDM630. Whatever is decoded here is decoded by struct.
Prints one "name value" a line; over TCP it also writes a set-point.
"""
import struct
import sys

from pymodbus.client import ModbusSerialClient, ModbusTcpClient


def words(reply):
    if reply.isError():
        sys.exit("refused: %s" % reply)
    return reply.registers


def holding(address, count, unit=1):
    return words(client.read_holding_registers(address, count, slave=unit))


def text(registers):
    return struct.pack(">%dH" % len(registers), *registers).split(b"\0")[0].decode()


def signed(register):
    return struct.unpack(">h", struct.pack(">H", register))[0]


def float_at(address):
    pair = words(client.read_input_registers(address, 2, slave=2))
    return struct.unpack(">f", struct.pack(">2H", *pair))[0]


if sys.argv[1] == "tcp":
    client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[2]), timeout=10)
else:
    client = ModbusSerialClient(port=sys.argv[2], baudrate=int(sys.argv[3]), timeout=5)
if not client.connect():
    sys.exit("no connection")

print("marker", text(holding(40000, 2)))
at, models = 40002, {}
while True:
    number, length = holding(at, 2)
    if number == 0xFFFF:
        break
    models[number] = at
    at += 2 + length
print("models", ",".join(str(number) for number in models))
print("maker", text(holding(models[1] + 2, 16)))
print("rating", holding(models[702] + 2, 1)[0])
print("volts_l2", holding(models[701] + 70, 1)[0])
print("meter_v1", "%.3f" % float_at(0x0000))
print("meter_f", "%.3f" % float_at(0x0046))
if sys.argv[1] == "tcp":
    # The whole model 701, in two pieces, and a set-point of 1,200 W with its enable last.
    whole = holding(models[701], 125) + holding(models[701] + 125, 30)
    print("watts", signed(whole[10]))
    client.write_registers(models[704] + 23, [1, 0, 1200], slave=1)
    client.write_register(models[704] + 22, 1, slave=1)
    print("set", holding(models[704] + 22, 4))
    refused = client.write_register(models[701] + 10, 5, slave=1)
    print("read_only", refused.exception_code)
    print("beyond", client.read_holding_registers(at + 2, 1, slave=1).exception_code)
client.close()
