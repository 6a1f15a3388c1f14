# login_language, login_logo, login_style and login_texts: what the login page
# is made of is read, and checked, with the configuration.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

my $folder = conf_folder();


# An app with the login page, and these lines besides.

sub login_with {
    my $app = app_with('login on;', @_) =~ s/ # here//r;

    return "$app server { listen 127.0.0.1:8000; "
           . 'location /login/ { whatsauth_login demo; } }';
}


accepted("login_language - $_", login_with("login_language $_;"))
    for qw( en es pt fr id hi ar he );

for my $language ('de', 'EN', 'en-US', 'x') {
    my $app = app_with('login on;', "login_language $language;")
              =~ s/ # here//r;

    refused("login_language - $language",
            $app =~ s/\}\n\z/} # here\n/r,
            'whatsauth_app "demo" has a "login_language" that the login page '
            . 'does not know');
}

# login_logo

conf_file('logo.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
conf_file('logo.png', "\x89PNG\r\n\x1a\n...");
conf_file('logo.jpg', "\xff\xd8\xff...");
conf_file('logo.webp', 'RIFF....WEBP');
conf_file('logo.avif', '....ftypavif');
conf_file('logo.gif', 'GIF89a');
conf_file('logo.html', '<html>');
conf_file('empty', '');
conf_file('long', 'x' x (256 * 1024 + 1));

accepted("login_logo - $_", login_with("login_logo logo.$_;"))
    for qw( svg png jpg webp avif gif );

refused("login_logo - $_", login_with("login_logo $_;"),
        qq{"$folder/$_" of "login_logo" directive must be an image: SVG, PNG, }
        . 'JPEG, GIF, WebP or AVIF')
    for 'logo.html', 'empty';

# login_style

conf_file('style.css', ':root { --wa-button: #036; }');
accepted('login_style - a file', login_with('login_style style.css;'));
accepted('login_style - an empty file', login_with('login_style empty;'));

# All of them

for my $directive ('login_logo', 'login_style', 'login_texts') {
    refused("$directive - no such file", login_with("$directive nothing;"),
            qq{open() "$folder/nothing" of "$directive" directive failed }
            . '(2: No such file or directory)');
    refused("$directive - a folder", login_with("$directive .;"),
            qq{"$folder/." of "$directive" directive must be a regular file of }
            . 'at most 262144 bytes');
    refused("$directive - too long a file", login_with("$directive long;"),
            qq{"$folder/long" of "$directive" directive must be a regular file }
            . 'of at most 262144 bytes');
    accepted("$directive - no file, and no location",
             app_with('login on;', "$directive nothing;") =~ s/ # here//r);
}

# login_texts

sub texts {
    conf_file('texts.json', shift);
    return login_with('login_texts texts.json;');
}

accepted("login_texts - $_->[0]", texts($_->[1])) for (
    [ 'nothing', '{}' ],
    [ 'nothing of a language', '{"en": {}}' ],
    [ 'a text', '{"en": {"page": {"start_title": "Hello"}}}' ],
    [ 'of the widget', '{"es": {"widget": {"required": "Entra"}}}' ],
    [ 'a value in it', '{"en": {"page": {"start_title": "To {title}!"}}}' ],
    [ '1024 bytes',
      '{"en": {"page": {"start_title": "' . 'x' x 1024 . '"}}}' ],
    [ 'of the chat', '{"ar": {"chat": {"pin": "{pin} {title}, {time}"}}}' ],
    [ 'of the chat, without values', '{"en": {"chat": {"ended": "Done"}}}' ],
);

my $wrong = qq{"$folder/texts.json" of "login_texts" directive};

refused("login_texts - $_->[0]", texts($_->[1]), "$wrong $_->[2]") for (
    [ 'a list', '[]', 'must be an object of languages' ],
    [ 'a language that is not there', '{"de": {}}',
      'has an unknown language "de"' ],
    [ 'a language that is no object', '{"en": "x"}', 'has no object for "en"' ],
    [ 'another part', '{"en": {"mail": {}}}',
      'must have objects "page", "widget" and "chat", not "en.mail"' ],
    [ 'the name of a language', '{"en": {"name": "English"}}',
      'must have objects "page", "widget" and "chat", not "en.name"' ],
    [ 'a part that is no object', '{"en": {"page": 1}}',
      'must have objects "page", "widget" and "chat", not "en.page"' ],
    [ 'a text that is not there', '{"en": {"page": {"begin": "x"}}}',
      'has an unknown text "en.begin"' ],
    [ 'no string', '{"en": {"page": {"start_title": 1}}}',
      'has no string of 1 to 1024 bytes for "en.start_title"' ],
    [ 'an empty text', '{"en": {"page": {"start_title": ""}}}',
      'has no string of 1 to 1024 bytes for "en.start_title"' ],
    [ '1025 bytes',
      '{"en": {"page": {"start_title": "' . 'x' x 1025 . '"}}}',
      'has no string of 1 to 1024 bytes for "en.start_title"' ],
    [ 'an unknown value', '{"he": {"page": {"start_title": "{titel}"}}}',
      'is wrong in language "he": "titel" is not a name' ],
    [ 'half a value', '{"en": {"page": {"start_title": "{title"}}}',
      'is wrong in language "en": "start_title" has a "{" without "}"' ],
    [ 'no PIN', '{"en": {"chat": {"pin": "Hello"}}}',
      'is wrong in language "en", text "chat.pin": "{pin}" must be in this '
      . 'text' ],
    [ 'a value that another text has', '{"es": {"chat": {"ended": "{pin}"}}}',
      'is wrong in language "es", text "chat.ended": "{pin}" is no value of '
      . 'this text' ],
    [ 'an unknown value of the chat', '{"es": {"chat": {"ended": "a {b} c"}}}',
      'is wrong in language "es", text "chat.ended": "{b}" is no value of '
      . 'this text' ],
    [ 'half a value of the chat', '{"es": {"chat": {"ended": "a {title"}}}',
      'is wrong in language "es", text "chat.ended": "{title" is no value of '
      . 'this text' ],
    [ 'an unknown text of the chat', '{"es": {"chat": {"hello": "a"}}}',
      'has an unknown text "es.hello"' ],
);

my $long = 'x' x 900 . '{place}{place}';
refused('login_texts - too long a text with its values',
        texts(qq({"en": {"chat": {"logged_in": "$long"}}})),
        qq{$wrong is wrong in language "en", text "chat.logged_in": "}
        . 'x' x 32 . '" is too long with its values');

refused('login_texts - no JSON', texts('{"en": '),
        qr/\Q$wrong\E is not JSON: .*, line 1/);

done_testing();
