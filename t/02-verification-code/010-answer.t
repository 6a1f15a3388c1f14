use lib 't/lib';
use Test::WhatsAuth::Blocks 'no_plan';

run_tests();

__DATA__

=== TEST 1: verification_code - the answer, byte for byte
--- response_body_like eval
qr{\A\{"code":"([0-9a-f]{10})",
"link":"https://wa\.me/\+56943426553\?text=%3E%3E\1%3C%3C%0A
Just%20tap%20the%20%22send%22%20button\.",
"deep_link":"whatsapp://send\?text=%3E%3E\1%3C%3C%0A
Just%20tap%20the%20%22send%22%20button\.&phone=\+56943426553"\}\n?\z}x
--- error_code: 200



=== TEST 2: verification_code - its headers
--- response_headers_like
Content-Type: application/json
Cache-Control: no-store
whatsauth-id: \w{8}-\w{4}-4\w{3}-[89ab]\w{3}-[0-9a-f]{12}
whatsauth-expires-at: 20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}Z
Content-Length: \d+



=== TEST 3: verification_code - each request gets a code of its own
--- pipelined_requests eval
[ map { 'GET /api/v1/verification_code' } 1 .. 3 ]
--- more_headers
Authorization: Bearer token-of-the-demo-app
--- error_code eval
[ 200, 200, 200 ]
--- response_body_like eval
[ map { '^\{"code":"[0-9a-f]{10}",.*&phone=\+56943426553"\}$' } 1 .. 3 ]



=== TEST 4: verification_code - HTTP/1.0
--- raw_request eval
"GET /api/v1/verification_code HTTP/1.0\r
Authorization: Bearer token-of-the-demo-app\r\n\r\n"
--- response_body_like: ^\{"code":"[0-9a-f]{10}",
--- error_code: 200



=== TEST 5: verification_code - a body with GET is discarded
--- raw_request eval
"GET /api/v1/verification_code HTTP/1.1\r
Host: localhost\r
Connection: close\r
Content-Length: 5\r
Authorization: Bearer token-of-the-demo-app\r\n\r\nhello"
--- response_body_like: ^\{"code":"[0-9a-f]{10}",
--- error_code: 200



=== TEST 6: whatsauth verification_code - as the only endpoint of a location
--- config
location = /code {
    whatsauth verification_code;
}
--- request
GET /code
--- more_headers
Authorization: Bearer token-of-the-demo-app
--- response_body_like: ^\{"code":"[0-9a-f]{10}",
--- error_code: 200



=== TEST 7: whatsauth verification_code - in a regex location
--- config
location ~ ^/code/\d+$ {
    whatsauth verification_code;
}
--- request
GET /code/12
--- more_headers
Authorization: Bearer token-of-the-demo-app
--- response_body_like: ^\{"code":"[0-9a-f]{10}",
--- error_code: 200



=== TEST 8: whatsauth on - in a nested location
--- config
location /api/ {
    location /api/v1/ {
        whatsauth on;
    }
}
--- response_body_like: ^\{"code":"[0-9a-f]{10}",
--- error_code: 200
